"""Puts `Traffic` in front of a service: an ASGI application around the service's routes."""
import asyncio
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from .faults import faulty
from .models import UNKNOWN_ROUTE, Traffic


class ControlledService:
    """One service: its requests are counted, slowed down and, where a fault is due, answered with that."""

    def __init__(self, name: str, routes: Sequence[Route], traffic: Traffic):
        self._name, self._traffic = name, traffic
        self._unknown = Starlette(routes=routes)
        # An application each, so that a request is compared with all of them once.
        self._known = [(route, Starlette(routes=[route])) for route in routes]
        traffic.add(name, (f"{method} {route.path}" for route in routes for method in route.methods or ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route, application = self._find(scope)
        self._traffic.count(self._name, route)
        if seconds := self._traffic.latency_seconds(self._name):
            await asyncio.sleep(seconds)
        fault = self._traffic.take_fault(self._name, route)
        answer = faulty(fault, application) if fault else application
        await answer(scope, receive, send)

    def _find(self, scope: Scope) -> tuple[str, ASGIApp]:
        """The route's name and who answers; what no route takes is refused in the way that is usual for them all."""
        for route, application in self._known:
            if route.matches(scope)[0] is Match.FULL:
                return f"{scope['method']} {route.path}", application
        return UNKNOWN_ROUTE, self._unknown
