import json

import pytest

from PipelineRunMonitor.deadline import Deadline
from PipelineRunMonitor.errors import TelemetryError
from PipelineRunMonitor.ingestion import IngestionClient


def answer(received, *errors):
    return json.dumps({"itemsReceived": received, "itemsAccepted": received - len(errors), "errors": [
        {"index": index, "statusCode": status, "message": f"message {status}"} for index, status in errors]})


@pytest.fixture
def client(service):
    return IngestionClient(f"http://127.0.0.1:{service.server_port}")


@pytest.fixture
def deadline():
    return Deadline(20, sleep=lambda seconds: None)


def names(service):
    return [[item["name"] for item in items] for _, items in service.requests]


def items(text):
    return [{"name": name} for name in text]


def test_only_items_that_can_succeed_are_sent_again(service, client, deadline):
    service.answers = [(206, answer(4, (0, 400), (1, 429), (3, 503))), (206, answer(2, (1, 500)))]
    assert client.deliver(items("abcd"), deadline) == {0: "message 400"}
    assert names(service) == [["a", "b", "c", "d"], ["b", "d"], ["d"]]


@pytest.mark.parametrize("trouble", [
    (408, ""), (429, "slow down"), (500, ""), (502, ""), (503, ""), (504, ""), (200, "<html>"), (None, "")])
def test_passing_trouble_is_overcome(service, client, deadline, trouble):
    service.answers = [trouble, trouble]
    assert client.deliver(items("a"), deadline) == {}
    assert names(service) == [["a"], ["a"], ["a"]]


@pytest.mark.parametrize("trouble, requests", [
    ((500, ""), 3), ((None, ""), 3), ((200, "no JSON"), 3), ((401, ""), 1), ((403, ""), 1), ((402, ""), 1),
    ((439, ""), 1), ((404, ""), 1)])
def test_lasting_trouble_is_an_error_after_few_attempts(service, client, deadline, trouble, requests):
    service.answers = [trouble] * 9
    with pytest.raises(TelemetryError):
        client.deliver(items("a"), deadline)
    assert len(service.requests) == requests


def test_retry_after_longer_than_the_deadline_is_not_waited_for(service, client):
    service.answers = [(429, "", {"Retry-After": "60"})]
    with pytest.raises(TelemetryError, match="throttling"):
        client.deliver(items("a"), Deadline(20, sleep=lambda seconds: pytest.fail("waited")))


def test_retry_after_within_the_deadline_is_honoured(service, client):
    slept = []
    service.answers = [(429, "", {"Retry-After": "7"})]
    client.deliver(items("a"), Deadline(20, sleep=slept.append))
    assert slept == [7.0]


def test_refusal_that_names_no_item_is_narrowed_down(service, client, deadline):
    service.answers = [(400, "bad request"), (200, answer(1)), (400, "bad request"), (200, answer(1))]
    assert client.deliver(items("abc"), deadline) == {1: "HTTP 400: bad request"}
    assert names(service) == [["a", "b", "c"], ["a"], ["b"], ["c"]]


@pytest.mark.parametrize("status", [307, 308])
def test_redirect_is_followed_and_remembered(service, client, deadline, status):
    service.answers = [(status, "", {"Location": f"http://localhost:{service.server_port}/v2.1/track"})]
    client.deliver(items("a"), deadline)
    client.deliver(items("b"), deadline)
    assert names(service) == [["a"], ["a"], ["b"]]


def test_redirect_in_a_circle_is_an_error(service, client, deadline):
    service.answers = [(307, "", {"Location": "/v2.1/track"})] * 20
    with pytest.raises(TelemetryError, match="circle"):
        client.deliver(items("a"), deadline)
    assert len(service.requests) == 5


@pytest.mark.parametrize("location", ["", "ftp://example.com/", "file:///etc/passwd"])
def test_redirect_to_nowhere_is_an_error(service, client, deadline, location):
    service.answers = [(308, "", {"Location": location})]
    with pytest.raises(TelemetryError, match="no place"):
        client.deliver(items("a"), deadline)


def test_service_out_of_reach_is_an_error_that_names_the_setting(deadline):
    with pytest.raises(TelemetryError, match="APP_INSIGHTS_CONNECTION_STRING"):
        IngestionClient("http://127.0.0.1:9").deliver(items("a"), deadline)


def test_nothing_is_sent_when_no_time_is_left(service, client):
    with pytest.raises(TelemetryError, match="no time left"):
        client.deliver(items("a"), Deadline(0))
    assert service.requests == []
