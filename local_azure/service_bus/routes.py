"""The REST API of a namespace: send, receive with a lock, complete, abandon, renew.

Statuses are those of "Send Message", "Peek-Lock Message", "Delete Message", "Unlock Message" and "Renew-Lock for a
Message". A receiver finds the URL for what it does next in the `Location` of its message.
"""
import asyncio
import math
from collections.abc import Awaitable, Callable
from functools import partial
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local_azure.service_bus.authorization import Authorization
from local_azure.service_bus.headers import BadHeaderError, read_message, write_delivery, write_properties
from local_azure.service_bus.models import (
    MAX_MESSAGE_BYTES, MAX_PROPERTIES_BYTES, Delivery, LockLostError, Namespace, Queue)

DEFAULT_WAIT_SECONDS = 60
_LOOK_SECONDS = 0.2  # how often it is seen whether a receiver that waits has gone
Handler = Callable[[Queue, Request], Awaitable[Response]]
Settle = Callable[[Queue, str, str], Delivery | None]


def routes(namespace: Namespace, authorization: Authorization) -> list[Route]:
    def on_queue(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        return partial(_check, namespace, authorization, handler)

    locked = "/{queue:path}/messages/{reference}/{lock_token}"
    return [
        Route("/{queue:path}/messages/head", on_queue(_receive), methods=["POST"]),
        Route("/{queue:path}/messages", on_queue(_send), methods=["POST"]),
        Route(locked, on_queue(partial(_settle, Queue.complete)), methods=["DELETE"]),
        Route(locked, on_queue(partial(_settle, Queue.abandon)), methods=["PUT"]),
        Route(locked, on_queue(partial(_settle, Queue.renew)), methods=["POST"])]


async def _check(namespace: Namespace, authorization: Authorization, handler: Handler, request: Request) -> Response:
    if not authorization.allows(request.headers.get("Authorization"), str(request.url.replace(query=""))):
        return _error(401, "The token is missing, not signed with a key of this namespace, not for it, or too old.")
    queue = namespace.find(request.path_params["queue"])
    return await handler(queue, request) if queue is not None else _error(410, "There is no such queue.")


async def _send(queue: Queue, request: Request) -> Response:
    try:
        message = read_message(_headers(request), await request.body())
    except BadHeaderError as exc:
        return _error(400, str(exc))
    property_bytes = sum(len(name) + len(value) for name, value in write_properties(message.properties).items())
    if len(message.body) + property_bytes > MAX_MESSAGE_BYTES or property_bytes > MAX_PROPERTIES_BYTES:
        return _error(403, f"A message may have {MAX_MESSAGE_BYTES} bytes, {MAX_PROPERTIES_BYTES} of them properties.")
    queue.send(message)
    return Response(status_code=201)


async def _receive(queue: Queue, request: Request) -> Response:
    """Waits for a message. Nothing is locked for a receiver that has gone: it would wait there for nobody."""
    end = asyncio.get_running_loop().time() + _wait_seconds(request)
    await request.body()
    while not await request.is_disconnected():
        if delivery := queue.lock_next():
            return _answer(request, 201, delivery)
        if (left := end - asyncio.get_running_loop().time()) <= 0:
            break
        await queue.wait(min(left, _LOOK_SECONDS))
    return Response(status_code=204)


async def _settle(settle: Settle, queue: Queue, request: Request) -> Response:
    try:
        delivery = settle(queue, request.path_params["reference"], request.path_params["lock_token"])
    except LockLostError as exc:
        return _error(404, str(exc))
    return _answer(request, 200, delivery, with_body=False) if delivery else Response()


def _answer(request: Request, status_code: int, delivery: Delivery, *, with_body: bool = True) -> Response:
    """Names of headers are kept as they are: the application's are the names of its properties."""
    queue = request.path_params["queue"]
    location = request.url.replace(
        path=f"/{queue}/messages/{delivery.sequence_number}/{delivery.lock_token}", query="")
    response = Response(delivery.message.body if with_body else b"", status_code)
    for name, value in [("Location", str(location)), *write_delivery(delivery)]:
        response.raw_headers.append((name.encode(), value.encode("latin-1")))
    return response


def _headers(request: Request) -> list[tuple[str, str]]:
    """With their names as the client wrote them, where the server knows that."""
    names = request.scope.get("header_names", {})
    return [(names.get(name, name).decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]


def _wait_seconds(request: Request) -> float:
    try:
        seconds = float(request.query_params.get("timeout", DEFAULT_WAIT_SECONDS))
    except ValueError:
        return DEFAULT_WAIT_SECONDS
    return seconds if math.isfinite(seconds) else DEFAULT_WAIT_SECONDS


def _error(status_code: int, detail: str) -> Response:
    return Response(f"<Error><Code>{status_code}</Code><Detail>{escape(detail)}</Detail></Error>", status_code,
                    media_type="application/xml")
