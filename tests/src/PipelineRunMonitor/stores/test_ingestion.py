import json

import pytest

from azure_access.deadline import Deadline
from azure_access.errors import IdentityError
from PipelineRunMonitor.stores.delivery import Delivery
from PipelineRunMonitor.stores.ingestion import IngestionClient

DELIVERED = Delivery({}, (), "")


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
    assert client.deliver(items("abcd"), deadline) == Delivery({0: "message 400"}, (), "")
    assert names(service) == [["a", "b", "c", "d"], ["b", "d"], ["d"]]


@pytest.mark.parametrize("trouble", [
    (408, ""), (429, "slow down"), (500, ""), (502, ""), (503, ""), (504, ""), (200, "<html>"), (None, "")])
def test_passing_trouble_is_overcome(service, client, deadline, trouble):
    service.answers = [trouble, trouble]
    assert client.deliver(items("a"), deadline) == DELIVERED
    assert names(service) == [["a"], ["a"], ["a"]]


@pytest.mark.parametrize("trouble, requests", [
    ((500, ""), 3), ((None, ""), 3), ((200, "no JSON"), 3), ((401, ""), 1), ((403, ""), 1), ((402, ""), 1),
    ((439, ""), 1), ((404, ""), 1)])
def test_lasting_trouble_is_told_after_few_attempts(service, client, deadline, trouble, requests):
    service.answers = [trouble] * 9
    delivery = client.deliver(items("ab"), deadline)
    assert delivery.left == (0, 1) and delivery.problem
    assert len(service.requests) == requests


def test_retry_after_longer_than_the_deadline_is_not_waited_for(service, client):
    service.answers = [(429, "", {"Retry-After": "60"})]
    delivery = client.deliver(items("a"), Deadline(20, sleep=lambda seconds: pytest.fail("waited")))
    assert delivery.left == (0,) and "throttling" in delivery.problem


def test_retry_after_within_the_deadline_is_honoured(service, client):
    slept = []
    service.answers = [(429, "", {"Retry-After": "7"})]
    client.deliver(items("a"), Deadline(20, sleep=slept.append))
    assert slept == [7.0]


def test_refusal_that_names_no_item_is_narrowed_down(service, client, deadline):
    service.answers = [(400, "bad request"), (200, answer(1)), (400, "bad request"), (200, answer(1))]
    assert client.deliver(items("abc"), deadline) == Delivery({1: "HTTP 400: bad request"}, (), "")
    assert names(service) == [["a", "b", "c"], ["a"], ["b"], ["c"]]


@pytest.mark.parametrize("status", [307, 308])
def test_redirect_is_followed_and_remembered(service, client, deadline, status):
    service.answers = [(status, "", {"Location": f"http://localhost:{service.server_port}/v2.1/track"})]
    client.deliver(items("a"), deadline)
    client.deliver(items("b"), deadline)
    assert names(service) == [["a"], ["a"], ["b"]]


def test_redirect_in_a_circle_is_an_error(service, client, deadline):
    service.answers = [(307, "", {"Location": "/v2.1/track"})] * 20
    assert "circle" in client.deliver(items("a"), deadline).problem
    assert len(service.requests) == 5


@pytest.mark.parametrize("location", ["", "ftp://example.com/", "file:///etc/passwd", "http://[x/"])
def test_redirect_to_nowhere_is_an_error(service, client, deadline, location):
    service.answers = [(308, "", {"Location": location})]
    delivery = client.deliver(items("a"), deadline)
    assert delivery.left == (0,) and "redirected to nowhere" in delivery.problem


def test_service_out_of_reach_is_an_error_that_names_the_setting(deadline):
    delivery = IngestionClient("http://127.0.0.1:9").deliver(items("a"), deadline)
    assert delivery.left == (0,) and "APP_INSIGHTS_CONNECTION_STRING" in delivery.problem


def test_nothing_is_sent_when_no_time_is_left(service, client):
    assert "no time was left" in client.deliver(items("a"), Deadline(0)).problem
    assert service.requests == []


def test_refusal_of_some_that_says_nothing_of_the_others_is_narrowed_down(service, client, deadline):
    service.answers = [(400, json.dumps({"itemsReceived": 3, "itemsAccepted": 0, "errors": [
        {"index": 1, "statusCode": 400, "message": "too long"}]}))]
    assert client.deliver(items("abc"), deadline) == Delivery({1: "too long"}, (), "")
    assert names(service) == [["a", "b", "c"], ["a"], ["c"]]


def test_what_was_accepted_one_by_one_is_not_forgotten_when_another_fails(service, client):
    service.answers = [(400, "bad"), (200, answer(1)), (402, ""), (400, "bad")]
    delivery = client.deliver(items("abc"), Deadline(20))
    assert (delivery.refused, delivery.left) == ({2: "HTTP 400: bad"}, (1,))
    assert "daily cap" in delivery.problem


def test_redirect_to_a_host_that_is_gone_is_given_up(service, client, deadline):
    service.answers = [(307, "", {"Location": "http://127.0.0.1:9/v2.1/track"})]
    assert client.deliver(items("a"), deadline) == DELIVERED
    assert names(service) == [["a"], ["a"]]


def test_redirect_to_a_host_that_does_not_know_the_path_is_given_up(service, client, deadline):
    service.answers = [(307, "", {"Location": "/elsewhere"}), (404, "")]
    assert client.deliver(items("a"), deadline).left == (0,)
    client.deliver(items("b"), deadline)
    assert [path for path, _ in service.requests] == ["/v2.1/track", "/elsewhere", "/v2.1/track"]


class Tokens:
    """A source of tokens, numbered by how many were refused."""

    def __init__(self, error=None):
        self.refused, self.error = 0, error

    def get(self, deadline):
        if self.error:
            raise self.error
        return f"token {self.refused}"

    def forget(self):
        self.refused += 1


def test_a_token_goes_with_every_post_and_a_refused_one_is_replaced(service, deadline):
    client = IngestionClient(f"http://127.0.0.1:{service.server_port}", Tokens())
    service.answers = [(500, ""), (401, "")]
    assert client.deliver(items("a"), deadline).left == (0,)
    assert client.deliver(items("a"), deadline) == DELIVERED
    assert service.authorizations == ["Bearer token 0", "Bearer token 0", "Bearer token 1"]


def test_without_an_identity_there_is_no_token(service, client, deadline):
    client.deliver(items("a"), deadline)
    assert service.authorizations == [None]


def test_no_token_keeps_the_items(service, deadline):
    client = IngestionClient(f"http://127.0.0.1:{service.server_port}", Tokens(IdentityError("no identity")))
    assert client.deliver(items("a"), deadline) == Delivery({}, (0,), "no identity")
    assert service.requests == []


def test_a_token_that_took_all_the_time_is_not_sent(service):
    now = [0.0]

    class SlowTokens(Tokens):
        def get(self, deadline):
            now[0] += 20
            return super().get(deadline)

    client = IngestionClient(f"http://127.0.0.1:{service.server_port}", SlowTokens())
    assert client.deliver(items("a"), Deadline(20, clock=lambda: now[0])).left == (0,)
    assert service.requests == []


@pytest.mark.parametrize("host, is_trusted", [
    ("westus2-1.in.applicationinsights.azure.com", True), ("usgov.in.applicationinsights.azure.us", True),
    ("monitor.azure.com.example.org", False), ("example.org", False), ("xmonitor.azure.com", False)])
def test_a_token_is_shown_to_no_stranger(host, is_trusted):
    client = IngestionClient("https://localhost", Tokens())
    own = "https://localhost/v2.1/track"
    assert client._follow(own, f"https://{host}/v2.1/track") is is_trusted
    assert not client._follow(own, f"http://{host}/v2.1/track")
    assert IngestionClient("https://localhost")._follow(own, f"https://{host}/v2.1/track")
