"""HTTPS servers on loopback: every service of the local Azure on a port of its own, all in one thread's event loop."""
import asyncio
import socket
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

import h11
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .certificates import Certificates

_START_SECONDS = 10
_IDLE_SECONDS = 240  # that a connection is kept, by default the idle time-out of Azure Load Balancer
_MOST_HEADER_BYTES = 131_072  # of a request, twice what a message of Service Bus may have as properties
_T = TypeVar("_T")


class PortTakenError(Exception):
    """Another program listens on the port that was asked for."""


def open_socket(service: str, port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 lets the system choose. Raises PortTakenError.

    Its protocol is named because asyncio sends an answer's parts at once, without waiting 40 ms in between, only then.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind(("127.0.0.1", port))
        opened.listen(512)
    except (OSError, OverflowError) as exc:
        opened.close()
        raise PortTakenError(f"port {port} for {service} cannot be had ({exc}): choose another with "
                             f"--port {service}=PORT, or 0 for any free one") from exc
    return opened


def url_of(opened: socket.socket) -> str:
    return f"https://127.0.0.1:{opened.getsockname()[1]}"


class _Connection(h11.Connection):
    """Remembers how the client wrote the names of its request's headers: h11 hands them on in lower case."""

    header_names: dict[bytes, bytes] = {}

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        event = super().next_event()
        if isinstance(event, h11.Request):
            self.header_names = {name.lower(): name for name, _ in event.headers.raw_items()}
        return event


class _Together:
    """A transport that keeps what it is to write until more of it comes, or the loop's turn ends: the head and the body
    of an answer leave together, as they do from a service's front, and cost both sides half of the calls."""

    def __init__(self, transport: asyncio.Transport):
        self._transport = transport
        self._kept = b""

    def write(self, data: bytes) -> None:
        if self._kept:
            self._kept += data
            self._flush()
        elif data:
            self._kept = data
            asyncio.get_running_loop().call_soon(self._flush)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        kept, self._kept = self._kept, b""
        if kept and not self._transport.is_closing():
            self._transport.write(kept)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Protocol(H11Protocol):
    """Tells applications, as `scope["connection"]`, which connection they answer on, so that faults can break it, and
    as `scope["header_names"]` how the names of headers were written, by the names in lower case."""

    # asyncio declares the base class of what it hands over; uvicorn declares, as here, what it is for TCP and TLS.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_Together(transport))  # type: ignore[arg-type]  # in all that it is used for
        self.conn = connection = _Connection(h11.SERVER, _MOST_HEADER_BYTES)
        application = self.app

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            await application(
                {**scope, "connection": transport, "header_names": connection.header_names}, receive, send)

        self.app = with_connection


class ServerThread:
    """Serves applications until closed; coroutines can be run in its event loop from other threads."""

    def __init__(self, certificates: Certificates):
        self._certificates = certificates
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="local-azure", daemon=True)
        self._thread.start()
        self._serving: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    def run(self, work: Coroutine[Any, Any, _T], timeout_seconds: float | None = None) -> _T:
        """The result of a coroutine that runs in the servers' loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout_seconds)

    def serve(self, applications: Mapping[socket.socket, ASGIApp]) -> None:
        """Returns once every application answers on its socket."""
        self.run(self._start(applications), _START_SECONDS)

    def close(self) -> None:
        self.run(self._stop(), _START_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self, applications: Mapping[socket.socket, ASGIApp]) -> None:
        for opened, application in applications.items():
            server = uvicorn.Server(uvicorn.Config(
                application, http=_Protocol, lifespan="off",
                ssl_certfile=self._certificates.server, ssl_keyfile=self._certificates.server_key,
                log_level="critical", access_log=False, proxy_headers=False, timeout_graceful_shutdown=1,
                timeout_keep_alive=_IDLE_SECONDS))
            self._serving.append((server, asyncio.create_task(server.serve(sockets=[opened]))))
        while not all(server.started for server, _ in self._serving):
            await asyncio.sleep(0.005)

    async def _stop(self) -> None:
        for server, _ in self._serving:
            server.should_exit = True
        await asyncio.gather(*(task for _, task in self._serving))
        leftover = asyncio.all_tasks() - {asyncio.current_task()}
        for task in leftover:
            task.cancel()
        await asyncio.gather(*leftover, return_exceptions=True)
