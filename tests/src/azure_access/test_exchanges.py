"""What is sent, as it stands in a request, and what comes back."""
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from azure_access.connections.errors import AnswerTooLongError, UnsentError
from azure_access.connections.kept_connections import KeptConnections
from azure_access.exchanges import Sent, exchange, time_of

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"


@pytest.fixture
def served():
    """Answers one request with these bytes; what was asked, and what came of it."""
    def run(answer, path="/a", **changes):
        with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as threads:
            listening.settimeout(30)
            heard = threads.submit(answer_once, listening, answer)
            sent = Sent(**{"method": "GET", "url": f"http://127.0.0.1:{listening.getsockname()[1]}{path}", **changes})
            try:
                return exchange(KeptConnections(1), sent, 30, 5), heard.result()
            finally:
                heard.result()
    return run


def answer_once(listening, answer):
    connection, _ = listening.accept()
    with connection:
        request = connection.recv(65_536)
        connection.sendall(answer)
        return request


def test_a_token_goes_as_it_is_whatever_netrc_says(served, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    received, request = served(OK + b"right", token="the-token")
    assert (received.status_code, received.body, received.headers["content-length"]) == (200, b"right", "5")
    assert request.count(b"Authorization") == 1 and b"Authorization: Bearer the-token\r\n" in request


def test_without_a_token_none_goes(served):
    assert b"Authorization" not in served(OK + b"right")[1]


@pytest.mark.parametrize(("path", "query", "asked"), [
    ("/a", {"b": "c"}, b"/a?b=c"), ("/a?b=c", {"$d": "e f&g=\u00e9/+"}, b"/a?b=c&%24d=e+f%26g%3D%C3%A9%2F%2B"),
    ("/a", {}, b"/a"), ("", {"b": ""}, b"/?b=")])
def test_a_query_is_added_to_that_of_the_address(served, path, query, asked):
    _, request = served(OK + b"right", path, query=query)
    assert request.startswith(b"GET " + asked + b" HTTP/1.1\r\n")


@pytest.mark.parametrize(("method", "body", "length"), [
    ("POST", b"{}", b"2"), ("PUT", b"", b"0"), ("PATCH", None, b"0"), ("POST", None, b"0"), ("DELETE", b"a", b"1"),
    ("GET", None, None), ("DELETE", None, None)])
def test_how_long_a_body_is_stands_before_it(served, method, body, length):
    _, request = served(OK + b"right", method=method, body=body, headers={"Content-Type": "text/x-own"})
    assert request.endswith(b"\r\n\r\n" + (body or b"")) and b"\r\nContent-Type: text/x-own\r\n" in request
    assert (b"\r\nContent-Length: %b\r\n" % length in request) if length else b"Content-Length" not in request


@pytest.mark.parametrize("location", [b"http://127.0.0.1:9/", b"http://[x/", b"\xff\xfe"], ids=[
    "elsewhere", "no address", "no text"])
def test_a_redirect_is_an_answer(served, location):
    received, _ = served(b"HTTP/1.1 302 Found\r\nContent-Length: 5\r\nLocation: " + location + b"\r\n\r\nright")
    assert (received.status_code, received.body) == (302, b"right")


def test_an_answer_that_is_longer_than_is_taken_is_not_read(served):
    assert served(OK + b"right", most_bytes=5)[0].body == b"right"
    with pytest.raises(AnswerTooLongError):
        served(OK + b"right", most_bytes=4)


def test_half_an_answer_is_none(served):
    with pytest.raises(ConnectionError) as caught:
        served(OK + b"ri")
    assert not isinstance(caught.value, UnsentError)


@pytest.mark.parametrize("seconds", [0, 5])
def test_without_time_or_without_anybody_there_nothing_is_sent(seconds):
    with pytest.raises(UnsentError):
        exchange(KeptConnections(1), Sent("GET", "http://127.0.0.1:9/"), seconds, 5)


@pytest.mark.parametrize("date", ["Wed, 04 Mar 2026 06:00:00 GMT", "Wed, 04 Mar 2026 07:00:00 +0100",
                                  "Wed, 04 Mar 2026 06:00:00 -0000"])
def test_the_time_of_an_answer_is_that_of_whoever_gave_it(served, date):
    received, _ = served(OK.replace(b"\r\n\r\n", b"\r\nDate: %b\r\n\r\n" % date.encode()) + b"right")
    assert time_of(received) == datetime(2026, 3, 4, 6, tzinfo=UTC)


@pytest.mark.parametrize("header", [b"", b"Date: today\r\n", b"Date: Wed, 04 Mar 99999 06:00:00 GMT\r\n"],
                         ids=["none", "no date", "no year"])
def test_an_answer_that_does_not_tell_its_time_was_given_now(served, header):
    received, _ = served(OK.replace(b"\r\n\r\n", b"\r\n" + header + b"\r\n") + b"right")
    assert abs(time_of(received) - datetime.now(UTC)) < timedelta(hours=1)
