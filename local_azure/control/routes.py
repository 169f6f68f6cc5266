"""The control service: see and change what happens to requests, from another process."""
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .models import Fault, Traffic


def routes(traffic: Traffic) -> list[Route]:
    async def get_requests(request: Request) -> Response:
        return JSONResponse(traffic.counts())

    async def reset(request: Request) -> Response:
        traffic.reset()
        return Response(status_code=204)

    async def set_latency(request: Request) -> Response:
        wanted = await request.json()
        traffic.slow_down(float(wanted["seconds"]), wanted.get("service", ""))
        return Response(status_code=204)

    async def inject_fault(request: Request) -> Response:
        traffic.inject(Fault(**await request.json()))
        return Response(status_code=204)

    return [Route("/requests", get_requests, methods=["GET"]),
            Route("/reset", reset, methods=["POST"]),
            Route("/latency", set_latency, methods=["PUT"]),
            Route("/faults", inject_fault, methods=["POST"])]
