"""Traffic: counts, latency and faults."""
import threading

import pytest

from local_azure.control.models import Fault, Traffic


@pytest.fixture
def traffic():
    traffic = Traffic()
    for service in ("a", "b"):
        traffic.add(service, ["GET /x", "GET /y"])
    return traffic


def test_requests_are_counted_by_service_and_route(traffic):
    for service, route in (("b", "GET /x"), ("a", "GET /x"), ("b", "GET /x")):
        traffic.count(service, route)
    assert traffic.counts() == {"a GET /x": 1, "b GET /x": 2}
    assert list(traffic.counts()) == ["a GET /x", "b GET /x"]


def test_requests_of_many_threads_are_all_counted(traffic):
    threads = [threading.Thread(target=lambda: [traffic.count("a", "GET /x") for _ in range(500)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert traffic.counts() == {"a GET /x": 4000}


def test_latency_of_a_service_goes_before_that_of_all(traffic):
    assert traffic.latency_seconds("a") == 0
    traffic.slow_down(2)
    traffic.slow_down(0.5, "a")
    assert (traffic.latency_seconds("a"), traffic.latency_seconds("b")) == (0.5, 2)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), "1", None])
def test_a_latency_that_is_no_length_of_time_is_refused(traffic, seconds):
    with pytest.raises(ValueError, match="seconds must be a number"):
        traffic.slow_down(seconds)


def test_a_fault_is_due_as_often_as_it_says(traffic):
    traffic.inject(Fault("a", 503, times=2))
    assert [traffic.take_fault("a", "GET /x") is not None for _ in range(3)] == [True, True, False]


def test_what_no_request_could_meet_is_refused(traffic):
    for fault in (Fault("c", 503), Fault("a", 503, route="GET /z")):
        with pytest.raises(ValueError, match="must be one of"):
            traffic.inject(fault)
        with pytest.raises(ValueError, match="must be one of"):
            traffic.disturb(0.5, [fault])
    with pytest.raises(ValueError, match="service must be one of a, b, not 'c'"):
        traffic.slow_down(1, "c")


def test_a_service_can_be_added_to(traffic):
    traffic.add("a", ["GET /z"])
    traffic.inject(Fault("a", 503, route="GET /z"))
    traffic.inject(Fault("a", 503, route="GET /x"))


def test_a_fault_concerns_its_service_and_route_alone(traffic):
    traffic.inject(Fault("a", 503, route="GET /x"))
    assert traffic.take_fault("b", "GET /x") is None
    assert traffic.take_fault("a", "GET /y") is None
    assert traffic.take_fault("a", "GET /x").status == 503


def test_faults_come_in_the_order_of_their_injection(traffic):
    traffic.inject(Fault("a", 500, times=2))
    traffic.inject(Fault("a", 429))
    assert [traffic.take_fault("a", "GET /x").status for _ in range(3)] == [500, 500, 429]


def test_a_reset_forgets_everything(traffic):
    traffic.count("a", "GET /x")
    traffic.slow_down(1)
    traffic.inject(Fault("a", 503))
    traffic.reset()
    assert traffic.counts() == {}
    assert traffic.latency_seconds("a") == 0
    assert traffic.take_fault("a", "GET /x") is None


@pytest.mark.parametrize(("fields", "reason"), [
    ({"service": 1}, "service, route and body must be texts"),
    ({"body": {"error": "x"}}, "service, route and body must be texts"),
    ({"status": 99}, "status must be"),
    ({"status": "503"}, "status must be"),
    ({"times": 0}, "times must be"),
    ({"times": 1.5}, "times must be"),
    ({"headers": ["Retry-After"]}, "headers must be"),
    ({"headers": {"Retry-After": 1}}, "headers must be")])
def test_a_fault_that_is_no_answer_is_refused(fields, reason):
    with pytest.raises(ValueError, match=reason):
        Fault(**{"service": "a", "status": 503, **fields})
