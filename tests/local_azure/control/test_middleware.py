"""A service behind the control of its traffic."""
import time

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from local_azure.control.middleware import UNKNOWN_ROUTE, ControlledService
from local_azure.control.models import Fault, Traffic


@pytest.fixture
def traffic():
    return Traffic()


@pytest.fixture
def service(traffic):
    async def answer(request):
        return PlainTextResponse(f"run {request.path_params['run_id']}")

    return ControlledService("history", [Route("/runs/{run_id}", answer, methods=["GET", "PUT"])], traffic)


def test_requests_are_counted_by_the_template_of_their_route(service, traffic, call):
    answers = [call(service, method, path).text for method, path in (
        ("GET", "/runs/1"), ("GET", "/runs/2?x=y"), ("PUT", "/runs/1"))]
    assert answers == ["run 1", "run 2", "run 1"]
    assert traffic.counts() == {"history GET /runs/{run_id}": 2, "history PUT /runs/{run_id}": 1}


def test_requests_that_no_route_takes_are_counted_too(service, traffic, call):
    assert call(service, "GET", "/elsewhere").status_code == 404
    assert call(service, "DELETE", "/runs/1").status_code == 405
    assert traffic.counts() == {f"history {UNKNOWN_ROUTE}": 2}


def test_a_slow_service_answers_later(service, traffic, call):
    traffic.slow_down(0.05, "history")
    begun_seconds = time.monotonic()
    assert call(service, "GET", "/runs/1").text == "run 1"
    assert time.monotonic() - begun_seconds >= 0.05


def test_a_fault_is_answered_in_the_services_place_and_counted(service, traffic, call):
    traffic.inject(Fault("history", 429, route="GET /runs/{run_id}", times=2, body='{"slow": "down"}',
                         headers={"Retry-After": "7", "Content-Type": "application/json"}))
    faults = [call(service, "GET", "/runs/1") for _ in range(2)]
    assert [(fault.status_code, fault.json(), fault.headers["Retry-After"]) for fault in faults] == [
        (429, {"slow": "down"}, "7")] * 2
    assert call(service, "GET", "/runs/1").text == "run 1"
    assert traffic.counts() == {"history GET /runs/{run_id}": 3}


def test_a_fault_of_every_route_takes_unknown_ones_as_well(service, traffic, call):
    traffic.inject(Fault("history", 503))
    assert call(service, "GET", "/elsewhere").status_code == 503
