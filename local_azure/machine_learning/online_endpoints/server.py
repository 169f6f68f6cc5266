"""One inference server: a process of a deployment, from its start until it is healthy, and to its end."""
import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from local_azure.machine_learning.execution.process import run_process
from local_azure.machine_learning.online_endpoints.environments import InferenceEnvironment

_APPLICATION = "azureml_inference_server_http.server.entry:app"
_PAUSE_SECONDS = 0.1
_PROBE_SECONDS = 2.0  # for one answer, as in Azure
_LAST_LINES, _MOST_CHARACTERS = 20, 3000


class UnhealthyError(Exception):
    """The server has ended, or does not answer in time; the message ends with what it last said."""


@dataclass(frozen=True, slots=True)
class InferenceServer:
    """`url` is where it answers, over plain HTTP on loopback: who asks has been let in by the endpoint."""

    url: str
    log: Path
    process: asyncio.Task[int]

    async def stop(self) -> None:
        """Its process, and what that has started, are gone then; telemetry is sent before."""
        self.process.cancel()
        await asyncio.gather(self.process, return_exceptions=True)

    async def await_healthy(self, limit_seconds: float) -> None:
        """Raises UnhealthyError."""
        try:
            async with asyncio.timeout(limit_seconds), httpx.AsyncClient(trust_env=False, verify=False) as client:
                while not await self._answers(client):
                    if self.process.done():
                        raise UnhealthyError(f"it ended with exit code {self.process.result()}\n{self.last_words()}")
                    await asyncio.sleep(_PAUSE_SECONDS)
        except TimeoutError as exc:
            raise UnhealthyError(
                f"it was not healthy within {limit_seconds:g} seconds\n{self.last_words()}") from exc

    def last_words(self, lines: int = _LAST_LINES) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])[-_MOST_CHARACTERS:]

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        """The server answers its probe once the script's init() is through."""
        try:
            return (await client.get(f"{self.url}/", timeout=_PROBE_SECONDS)).is_success
        except httpx.TransportError:
            return False


def start_server(made: InferenceEnvironment, folder: Path, environment: Mapping[str, str],
                 log: Path) -> InferenceServer:
    """In the folder, with this environment and no other; it listens before this returns."""
    listening = socket.create_server(("127.0.0.1", 0))
    port, descriptor = listening.getsockname()[1], listening.fileno()
    words = ["script", str(made.scripts / "gunicorn"), "--bind", f"fd://{descriptor}", "--workers", "1",
             "--timeout", "300", "--access-logfile", "-", "--no-control-socket", _APPLICATION]

    async def serve() -> int:
        with listening:
            return await run_process(words, folder, environment, log, None, python=str(made.scripts / "python"),
                                     inherited=[descriptor])
    log.touch()
    return InferenceServer(f"http://127.0.0.1:{port}", log, asyncio.create_task(serve()))
