"""Requests to an ASGI application in this process."""
import asyncio

import httpx
import pytest


@pytest.fixture
def call():
    """Sends one request to an application; its answer."""
    def call(application, method, path, **options):
        async def request():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as http:
                return await http.request(method, path, **options)

        return asyncio.run(request())
    return call
