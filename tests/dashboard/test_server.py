"""The dashboard's own server."""
import asyncio

import httpx
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard.server import DashboardServer
from local_azure.serving import open_socket


async def hello(request):
    return PlainTextResponse("hello")


def test_it_answers_over_plain_http_until_it_is_stopped():
    opened = open_socket("dashboard", 0)
    url = f"http://127.0.0.1:{opened.getsockname()[1]}"

    async def serve():
        server = DashboardServer(Starlette(routes=[Route("/", hello)]), opened)
        await server.start()
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(url)
        await server.stop()
        return answer.text

    assert asyncio.run(serve()) == "hello"
    assert opened.fileno() == -1
