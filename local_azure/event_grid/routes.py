"""The topic's HTTP side: the endpoint that Event Grid's publishers post to, and what came of the events.

`/api/events` answers as Azure does; `/api/subscriptions` exists only here.
"""
from dataclasses import asdict
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local_azure.clock import Clock
from local_azure.event_grid.delivery import DeliveryService
from local_azure.event_grid.models import PublishError, Topic


def routes(topic: Topic, delivery: DeliveryService, clock: Clock) -> list[Route]:
    """The routes of `topic`, whose events `delivery` sends on."""
    return [
        Route("/api/events", partial(_publish, topic, delivery, clock), methods=["POST"]),
        Route("/api/subscriptions", partial(_list_subscriptions, delivery))]


async def _publish(topic: Topic, delivery: DeliveryService, clock: Clock, request: Request) -> Response:
    try:
        events = topic.accept(
            request.headers.get("aeg-sas-key"), request.headers.get("Content-Type", ""), await request.body(),
            clock.now())
    except PublishError as error:
        return JSONResponse(error.body, error.status_code)
    delivery.publish(events)
    return Response()


async def _list_subscriptions(delivery: DeliveryService, _request: Request) -> Response:
    return JSONResponse([
        {"name": name, **asdict(counters), "pending": counters.pending}
        for name, counters in delivery.counters.items()])
