"""Serves the dashboard over plain HTTP on loopback, in the event loop of the other services.

They use HTTPS because Azure's SDKs insist on it. A browser would warn of their certificates, which no authority that it
knows has signed, and what stays on this machine needs no encryption.
"""
import asyncio
from socket import socket

import uvicorn
from starlette.types import ASGIApp


class DashboardServer:

    def __init__(self, application: ASGIApp, opened: socket) -> None:
        self._socket = opened
        self._server = uvicorn.Server(uvicorn.Config(
            application, http="h11",  # uvicorn would take httptools, which the function brings
            lifespan="off", log_level="critical", access_log=False, timeout_graceful_shutdown=1))

    async def start(self) -> None:
        """Returns once the page can be opened."""
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started:
            await asyncio.sleep(0.005)

    async def wait(self) -> None:
        """Returns when a signal has stopped it."""
        await self._serving

    async def stop(self) -> None:
        self._server.should_exit = True
        await self._serving
