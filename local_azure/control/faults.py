"""What a fault does to a request: ASGI applications in place of the service's."""
import asyncio
import json
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .models import Fault


def faulty(fault: Fault, service: ASGIApp) -> ASGIApp:
    """The application that answers the request instead of, or with, the service."""
    match fault.kind:
        case "hang" | "reset":
            return _break_connection(fault.seconds)
        case "half":
            return _answer_half(service)
        case "part":
            return _take_part(service, fault.status)
    return Response(fault.body, fault.status, dict(fault.headers))


def _break_connection(seconds: float) -> ASGIApp:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(seconds)
        scope["connection"].abort()
    return application


def _answer_half(service: ASGIApp) -> ASGIApp:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_half(message: Message) -> None:
            if message["type"] == "http.response.start":
                return await send(message)
            body = message.get("body", b"")
            await send({"type": "http.response.body", "body": body[:len(body) // 2], "more_body": True})
            await asyncio.sleep(0.01)  # let it leave before the connection breaks
            scope["connection"].abort()
        await service(scope, receive, send_half)
    return application


def _take_part(service: ASGIApp, status: int) -> ASGIApp:
    """All items but the first reach the service; the answer is that of a service that refused one with the status."""
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        items = json.loads(await _read_body(receive))
        if items[1:]:
            await _post(service, scope, items[1:])
        error = {"index": 0, "statusCode": status, "message": "refused by an injected fault"}
        answer = {"itemsReceived": len(items), "itemsAccepted": len(items) - 1, "errors": [error]}
        await JSONResponse(answer, 206 if items[1:] else 400)(scope, receive, send)
    return application


async def _post(service: ASGIApp, scope: Scope, items: list[Any]) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": json.dumps(items).encode(), "more_body": False}

    async def ignore(message: Message) -> None:
        pass

    await service(scope, receive, ignore)


async def _read_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body
