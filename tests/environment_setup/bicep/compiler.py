"""Microsoft's Bicep compiler, in one process for all tests: it compiles, formats, and works out what a deployment would
create, without Azure.

Speaks JSON-RPC as `bicep jsonrpc --stdio` does: each message has a header that tells its length, as in HTTP.
"""
import atexit
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Any

from tests.programs import do_without

TIMEOUT_SECONDS = 120
VERSION = "0.49.2"  # others know newer API versions, format otherwise, or tell snapshots in other words
# Of .NET: it lives for a minute or two, in which to optimize by what was measured never pays, nor to free memory often.
RUNTIME = {"DOTNET_TieredPGO": "0", "DOTNET_gcConcurrent": "0", "DOTNET_GCgen0size": "4000000"}  # 64 MB, in hexadecimal
TENANT, SUBSCRIPTION, GROUP = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-000000000001", "monitor"


class CompilerError(Exception):
    """The compiler refused what it was given; the message says why."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """`template` is None where there is an error; `findings` are errors, warnings and advice, one a line."""

    template: Mapping[str, Any] | None
    findings: tuple[str, ...]


class Compiler:

    def __init__(self, program: str) -> None:
        self._process = subprocess.Popen([program, "jsonrpc", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         env=os.environ | RUNTIME)
        self._ids = itertools.count(1)

    @property
    def version(self) -> str:
        return self._call("version", {})["version"]

    def compile(self, path: Path) -> Compiled:
        answer = self._call("compile", {"path": str(path)})
        template = json.loads(answer["contents"]) if answer["success"] else None
        return Compiled(template, tuple(map(_line, answer["diagnostics"])))

    def formatted(self, path: Path) -> str:
        return self._call("format", {"path": str(path)})["contents"]

    def snapshot(self, parameters: Path) -> dict[str, Any]:
        """What a deployment with the parameters of a .bicepparam file would create in the resource group GROUP. Raises
        CompilerError where they are refused."""
        place = {"tenantId": TENANT, "subscriptionId": SUBSCRIPTION, "resourceGroup": GROUP, "location": "westeurope",
                 "deploymentName": "main"}
        answer = self._call("getSnapshot", {"path": str(parameters), "metadata": place, "externalInputs": []})
        return json.loads(answer["snapshot"])

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _call(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        request = {"jsonrpc": "2.0", "id": next(self._ids), "method": f"bicep/{method}", "params": parameters}
        body = json.dumps(request).encode()
        limit = Timer(TIMEOUT_SECONDS, self._process.kill)
        limit.start()
        try:
            self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self._process.stdin.flush()
            answer = json.loads(self._read())
        finally:
            limit.cancel()
        if "error" in answer:
            raise CompilerError(answer["error"].get("data", answer["error"])["message"])
        return answer["result"]

    def _read(self) -> bytes:
        headers = iter(self._process.stdout.readline, b"\r\n")
        lengths = [int(line.partition(b":")[2]) for line in headers if line.lower().startswith(b"content-length:")]
        return self._process.stdout.read(lengths[0])


@cache
def find() -> Compiler:
    """The compiler; where it is missing, or another version, the test is skipped."""
    program = shutil.which("bicep")
    if program:
        compiler = Compiler(program)
        atexit.register(compiler.close)
        if compiler.version == VERSION:
            return compiler
    do_without(f"bicep {VERSION}, Microsoft's compiler",
               f"az bicep install --version v{VERSION}, then ~/.azure/bin on the PATH")


def _line(found: Mapping[str, Any]) -> str:
    start = found["range"]["start"]
    place = f"{Path(found['source']).name}:{start['line'] + 1}:{start['char'] + 1}"
    return f"{place}: {found['level']} {found['code']}: {found['message']}"
