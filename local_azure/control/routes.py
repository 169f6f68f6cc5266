"""The control service: see and change what happens to requests, from another process.

A client sends the control key as its bearer token. A change is a JSON object; one that cannot be made is refused with
400 and the reason as text.
"""
import hmac
import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import fields
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ..identity.models import bearer_token
from .models import Fault, Traffic

_FAULT_FIELDS = [field.name for field in fields(Fault)]


Handler = Callable[[Request], Awaitable[Response]]


def routes(traffic: Traffic, key: str) -> list[Route]:
    async def get_requests(request: Request) -> Response:
        return JSONResponse(traffic.counts())

    async def reset(request: Request) -> Response:
        traffic.reset()
        return Response(status_code=204)

    async def set_latency(request: Request) -> Response:
        return await _change(request, traffic.slow_down, required=("seconds",), known=("seconds", "service"))

    async def inject_fault(request: Request) -> Response:
        return await _change(request, lambda **fault: traffic.inject(Fault(**fault)),
                             required=("service",), known=_FAULT_FIELDS)

    def route(path: str, handler: Handler, method: str) -> Route:
        return Route(path, partial(_check_key, key, handler), methods=[method])

    return [route("/requests", get_requests, "GET"), route("/reset", reset, "POST"),
            route("/latency", set_latency, "PUT"), route("/faults", inject_fault, "POST")]


async def _check_key(key: str, handler: Handler, request: Request) -> Response:
    """Every program of this machine, a page in a browser included, can reach the port."""
    token = bearer_token(request.headers.get("authorization")) or ""
    if not hmac.compare_digest(token.encode(), key.encode()):
        return PlainTextResponse("Authorization: Bearer <control key> is missing or wrong", 401,
                                 {"WWW-Authenticate": "Bearer"})
    return await handler(request)


async def _change(request: Request, change: Callable[..., None], required: Collection[str],
                  known: Collection[str]) -> Response:
    """Calls `change`, which may raise ValueError, with the fields of the request's object."""
    try:
        change(**_read(await request.body(), required, known))
    except (ValueError, RecursionError) as exc:
        return PlainTextResponse(str(exc), 400)
    return Response(status_code=204)


def _read(body: bytes, required: Collection[str], known: Collection[str]) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as exc:
        raise ValueError(f"the body is not JSON: {exc}") from exc
    if not isinstance(found, dict) or not set(required) <= set(found) <= set(known):
        raise ValueError(f"the body must be a JSON object with {', '.join(required)}; "
                         f"all that it can have: {', '.join(known)}")
    return found
