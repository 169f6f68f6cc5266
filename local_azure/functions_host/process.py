"""The functions host as a process of its own, seen from the outside: start, wait until it listens, stop."""
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from socket import socket

from local_azure.certificates import Certificates
from local_azure.functions_host.models import KEY_VARIABLE

_REPOSITORY = Path(__file__).parents[2]
_START_SECONDS = 60
_STOP_SECONDS = 10
# What a function may need of this machine. Everything else that is set here could change what the function does.
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class FunctionsHostError(Exception):
    """The functions host did not start; the message ends with what it last said."""


class FunctionsHostProcess:
    """Runs `src/` on the port of a socket that the caller opened to reserve it; the first start closes that."""

    def __init__(self, reserved: socket, certificates: Certificates, key: str, environment: Mapping[str, str], *,
                 threads: int, log: Path):
        self._reserved, self._port = reserved, reserved.getsockname()[1]
        self._certificates, self._key, self._threads, self._log = certificates, key, threads, log
        self._environment = {**{name: os.environ[name] for name in _INHERITED if name in os.environ},
                             "PYTHONPATH": str(_REPOSITORY), **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        """Of the process that was started last. Raises FunctionsHostError before the first start."""
        if self._process is None:
            raise FunctionsHostError("the functions host was never started")
        return self._process.pid

    def start(self) -> None:
        """Returns once the host listens. Raises FunctionsHostError."""
        self._reserved.close()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local_azure.functions_host", "--app", str(_REPOSITORY / "src"),
                 "--port", str(self._port), "--certificate", str(self._certificates.server),
                 "--key", str(self._certificates.server_key), "--threads", str(self._threads),
                 "--ignore-local-settings",  # they are for another Azure than this one
                 "--until-stdin-ends"],  # so that it does not outlive this process, however that ends
                env={**self._environment, KEY_VARIABLE: self._key}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, start_new_session=True)
        watchdog = threading.Timer(_START_SECONDS, self._process.kill)
        watchdog.start()
        try:
            ready = _first_line(self._process)
        finally:
            watchdog.cancel()
        if not ready or b'"problem"' in ready:
            self.stop()
            raise FunctionsHostError("the functions host did not start:\n" + self._last_words())

    def stop(self, *, kill: bool = False) -> None:
        if self._process is None:
            return
        with self._process as process:  # at the end its pipes are closed and its exit is awaited
            if kill:
                process.kill()
            else:
                process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-15:])


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    """Of its output; empty when the process ends instead."""
    return process.stdout.readline() if process.stdout else b""
