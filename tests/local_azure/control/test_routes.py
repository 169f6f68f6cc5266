"""The control service over HTTP."""
import pytest
from starlette.applications import Starlette

from local_azure.control.models import Fault, Traffic
from local_azure.control.routes import routes


KEY = {"Authorization": "Bearer the-key"}


@pytest.fixture
def traffic():
    traffic = Traffic()
    traffic.add("a", ["GET /x"])
    return traffic


@pytest.fixture
def application(traffic):
    return Starlette(routes=routes(traffic, "the-key"))


@pytest.fixture
def control(application, call):
    return lambda method, path, **options: call(application, method, path, headers=KEY, **options)


@pytest.mark.parametrize("headers", [
    {}, {"Authorization": "Bearer another"}, {"Authorization": "Bearer "}, {"Authorization": "the-key"},
    {"Authorization": "Bearer thé-key".encode()}])
@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/requests"), ("POST", "/reset"), ("PUT", "/latency"), ("POST", "/faults")])
def test_without_the_key_nothing_is_told_and_nothing_changes(application, call, traffic, method, path, headers):
    traffic.count("a", "GET /x")
    answer = call(application, method, path, headers=headers, json={"service": "a", "seconds": 1})
    assert answer.status_code == 401 and "control key" in answer.text
    assert traffic.counts() == {"a GET /x": 1}
    assert traffic.latency_seconds("a") == 0 and traffic.take_fault("a", "GET /x") is None


def test_counts_are_told_and_reset(control, traffic):
    traffic.count("a", "GET /x")
    assert control("GET", "/requests").json() == {"a GET /x": 1}
    assert control("POST", "/reset").status_code == 204
    assert control("GET", "/requests").json() == {}


def test_latency_is_set_for_all_services_or_for_one(control, traffic):
    assert control("PUT", "/latency", json={"seconds": 0.25}).status_code == 204
    assert control("PUT", "/latency", json={"seconds": 1, "service": "a"}).status_code == 204
    assert (traffic.latency_seconds("a"), traffic.latency_seconds("b")) == (1, 0.25)


def test_a_fault_is_injected(control, traffic):
    fault = {"service": "a", "status": 503, "route": "GET /x", "times": 2, "body": "{}", "headers": {"X-Cause": "test"}}
    assert control("POST", "/faults", json=fault).status_code == 204
    assert traffic.take_fault("a", "GET /x") == Fault(**fault)


def test_a_fault_needs_no_more_than_a_service(control, traffic):
    assert control("POST", "/faults", json={"service": "a"}).status_code == 204
    assert traffic.take_fault("a", "GET /x") == Fault("a")


@pytest.mark.parametrize(("method", "path"), [("PUT", "/latency"), ("POST", "/faults")])
@pytest.mark.parametrize(("body", "reason"), [
    (b"", "the body is not JSON: "),
    (b"{'seconds': 1}", "the body is not JSON: "),
    (b"\xff", "the body is not JSON: "),
    (b"[" * 100_000, ""),
    (b"[1]", "the body must be a JSON object with "),
    (b"{}", "the body must be a JSON object with "),
    (b'{"seconds": 1, "service": "a", "status": 503, "colour": "red"}', "; all that it can have: ")])
def test_a_body_that_is_no_such_change_is_refused_with_the_reason(control, method, path, body, reason):
    answer = control(method, path, content=body)
    assert answer.status_code == 400
    assert answer.text and reason in answer.text


@pytest.mark.parametrize(("method", "path", "change", "reason"), [
    ("PUT", "/latency", {"seconds": "fast"}, "seconds must be a number from 0 up, not 'fast'"),
    ("PUT", "/latency", {"seconds": -1}, "seconds must be a number from 0 up, not -1"),
    ("PUT", "/latency", {"seconds": 1, "service": ["a"]}, "service must be a text, not ['a']"),
    ("PUT", "/latency", {"seconds": 1, "service": "ingestion"}, "service must be one of a, not 'ingestion'"),
    ("POST", "/faults", {"service": "ingestion"}, "service must be one of a, not 'ingestion'"),
    ("POST", "/faults", {"service": "a", "route": "GET /y"},
     "route must be one of (unknown route), GET /x, not 'GET /y'"),
    ("POST", "/faults", {"service": "a", "status": 42}, "status must be a number from 200 to 599, not 42"),
    ("POST", "/faults", {"service": "a", "status": 503, "times": 0}, "times must be a whole number above 0, not 0"),
    ("POST", "/faults", {"service": "a", "status": 503, "body": {}}, "service, route and body must be texts")])
def test_a_wrong_value_is_refused_with_the_reason(control, traffic, method, path, change, reason):
    answer = control(method, path, json=change)
    assert (answer.status_code, answer.text) == (400, reason)
    assert traffic.latency_seconds("a") == 0 and traffic.take_fault("a", "GET /x") is None
