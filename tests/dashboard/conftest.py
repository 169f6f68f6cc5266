"""The dashboard's routes in this process, over a store of its own."""
import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from dashboard.routes import routes
from dashboard.sources.local_store import LocalStore
from local_azure.application_insights.models import TelemetryStore

KEY = "0123456789abcdef"
ADDRESS = "http://127.0.0.1:8000"


class Client:
    """Sends requests, each with the same headers, to the dashboard."""

    def __init__(self, application: Starlette, headers: dict[str, str]) -> None:
        self._application, self._headers = application, headers

    def get(self, path: str, **options) -> httpx.Response:
        return asyncio.run(self._send("GET", path, **options))

    def post(self, path: str, **options) -> httpx.Response:
        return asyncio.run(self._send("POST", path, **options))

    async def _send(self, method: str, path: str, **options) -> httpx.Response:
        transport = httpx.ASGITransport(self._application)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=self._headers) as client:
            return await client.request(method, path, **options)


@pytest.fixture
def key():
    return KEY


@pytest.fixture
def store():
    opened = TelemetryStore(instrumentation_key="")
    yield opened
    opened.close()


@pytest.fixture
def application(store):
    return Starlette(routes=routes(LocalStore(store), KEY))


@pytest.fixture
def stranger(application):
    """A client that has no cookie."""
    return Client(application, {})


@pytest.fixture
def client(application):
    return Client(application, {"cookie": f"dashboard-8000={KEY}"})
