"""A functions host as a process of its own, seen from the outside: start, wait until it answers, ask its key, stop.

Whatever its command is, it is told where to listen, and everything else is asked of it as of Microsoft's host: whether
it is ready (`/admin/host/ping`), what it has loaded (`/admin/functions`), and which key its webhook takes
(`/admin/host/systemkeys`).
"""
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from socket import socket

import httpx

from local_azure.certificates import Certificates, trust
from local_azure.functions_host.command import APP, OWN, HostCommand, path_with_python
from local_azure.functions_host.models import KEY_VARIABLE, THREAD_COUNT_SETTING
from local_azure.functions_host.routes import SYSTEM_KEY
from local_azure.keeping import signal_group

_START_SECONDS = 60
_PAUSE_SECONDS = 0.02
_STOP_SECONDS = 10
# What a function may need of this machine. Everything else that is set here could change what the function does.
_INHERITED = ("LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class FunctionsHostError(Exception):
    """The functions host did not start; the message ends with what it last said."""


class FunctionsHostProcess:
    """Runs `src/` on the port of a socket that the caller opened to reserve it; the first start closes that. Of a host
    that has keys of its own, `key` must be the master key; others are told it."""

    def __init__(self, reserved: socket, certificates: Certificates, key: str, environment: Mapping[str, str], *,
                 threads: int, log: Path, command: HostCommand = OWN):
        self._reserved, self._port = reserved, reserved.getsockname()[1]
        self._certificates, self._key, self._log, self._command = certificates, key, log, command
        self._environment = {**{name: os.environ[name] for name in _INHERITED if name in os.environ},
                             "PATH": path_with_python(), THREAD_COUNT_SETTING: str(threads),
                             **command.environment, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"{self._command.scheme}://127.0.0.1:{self._port}"

    @property
    def process_id(self) -> int:
        """Of the process that was started last. Raises FunctionsHostError before the first start."""
        if self._process is None:
            raise FunctionsHostError("the functions host was never started")
        return self._process.pid

    def start(self) -> str:
        """Returns, once the host has loaded its functions, the key that its webhook takes; empty where it takes all.
        Raises FunctionsHostError."""
        self._reserved.close()
        words = self._command.fill(self._port, self._certificates)
        try:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    words, cwd=APP, env={**self._environment, KEY_VARIABLE: self._key}, stdin=subprocess.PIPE,
                    stdout=log, stderr=log, start_new_session=True)
        except OSError as exc:
            raise FunctionsHostError(f"the functions host did not start: {words[0]}: {exc.strerror or exc}") from exc
        try:
            with httpx.Client(base_url=self.url, verify=trust(self._certificates.authority), trust_env=False,
                              timeout=_START_SECONDS, headers={"x-functions-key": self._key}) as client:
                self._await_ready(client, self._process)
                self._check_functions(client)
                return self._ask_webhook_key(client)
        except (FunctionsHostError, httpx.HTTPError) as exc:
            self.stop()
            raise FunctionsHostError(f"the functions host did not start: {exc}\n{self._last_words()}".strip()) from exc

    def stop(self, *, kill: bool = False) -> None:
        if self._process is None:
            return
        with self._process as process:  # at the end its pipe is closed and its exit is awaited
            signal_group(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
            signal_group(process.pid, signal.SIGKILL)  # what it has started may outlive it

    def _await_ready(self, client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + _START_SECONDS
        while not _answers(client):
            if process.poll() is not None:
                raise FunctionsHostError(f"it ended with exit code {process.returncode}")
            if time.monotonic() > end:
                raise FunctionsHostError(f"{self.url} did not answer within {_START_SECONDS} seconds")
            time.sleep(_PAUSE_SECONDS)

    def _check_functions(self, client: httpx.Client) -> None:
        """A host answers whether or not it could load the app, and where one function is broken it has none."""
        answer = client.get("/admin/functions")
        if answer.status_code in (401, 403):
            raise FunctionsHostError(f"it does not take the key: put its master key into {KEY_VARIABLE}")
        if answer.is_success and not answer.json():
            raise FunctionsHostError("it has loaded no function")

    def _ask_webhook_key(self, client: httpx.Client) -> str:
        """A host without keys, as Core Tools start it, has none to tell."""
        answer = client.get("/admin/host/systemkeys")
        keys = answer.json().get("keys", []) if answer.is_success else []
        return next((str(key["value"]) for key in keys if key["name"] == SYSTEM_KEY), "")

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-15:])


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/admin/host/ping").is_success
    except httpx.TransportError:
        return False
