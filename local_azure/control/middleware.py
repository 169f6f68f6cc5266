"""Puts `Traffic` in front of a service: an ASGI application around the service's routes."""
import asyncio
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from .faults import faulty
from .models import UNKNOWN_ROUTE, Traffic


class ControlledService:
    """One service: its requests are counted, slowed down and, where a fault is due, answered with that."""

    def __init__(self, name: str, routes: Sequence[Route], traffic: Traffic):
        self._name, self._routes, self._traffic = name, routes, traffic
        self._application = Starlette(routes=routes)
        traffic.add(name, (f"{method} {route.path}" for route in routes for method in route.methods or ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._name_route(scope)
        self._traffic.count(self._name, route)
        if seconds := self._traffic.latency_seconds(self._name):
            await asyncio.sleep(seconds)
        fault = self._traffic.take_fault(self._name, route)
        answer = faulty(fault, self._application) if fault else self._application
        await answer(scope, receive, send)

    def _name_route(self, scope: Scope) -> str:
        matched = (route for route in self._routes if route.matches(scope)[0] is Match.FULL)
        found = next(matched, None)
        return f"{scope['method']} {found.path}" if found else UNKNOWN_ROUTE
