"""One request and its answer: nothing is followed, nothing of another's is sent, and no more is read than is taken."""
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from azure_access.connections.sessions import open_session
from azure_access.exchanges import AnswerTooLongError, Sent, exchange

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"


@pytest.fixture
def served():
    """Answers one request with these bytes; what was asked, and what came of it."""
    def run(answer, **changes):
        with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as threads:
            listening.settimeout(30)
            heard = threads.submit(answer_once, listening, answer)
            sent = Sent("GET", f"http://127.0.0.1:{listening.getsockname()[1]}/a", **changes)
            try:
                with open_session() as session:
                    return exchange(session, sent, 30, 5), heard.result()
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
    received, request = served(OK + b"right", token="the-token", query={"b": "c"})
    assert (received.status, received.body, received.headers["content-length"]) == (200, b"right", "5")
    assert request.startswith(b"GET /a?b=c HTTP/1.1\r\n") and b"Authorization: Bearer the-token\r\n" in request


def test_a_redirect_is_an_answer(served):
    received, _ = served(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")
    assert received.status == 302


@pytest.mark.parametrize("location", [b"http://[x/", b"\xff\xfe", b"http://127.0.0.1:9/"])
def test_where_a_redirect_leads_is_not_looked_at(served, location):
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 5\r\nLocation: " + location + b"\r\n\r\n"
    received, _ = served(head + b"right", most_bytes=5)
    assert (received.status, received.body) == (302, b"right")
    with pytest.raises(AnswerTooLongError):
        served(head + b"right", most_bytes=4)


def test_an_answer_that_is_longer_than_is_taken_is_not_read(served):
    assert served(OK + b"right", most_bytes=5)[0].body == b"right"
    with pytest.raises(AnswerTooLongError):
        served(OK + b"right", most_bytes=4)


def test_half_an_answer_is_none(served):
    with pytest.raises(requests.RequestException):
        served(OK + b"ri")


def test_without_time_nothing_is_sent():
    with pytest.raises(requests.ConnectTimeout):
        exchange(requests.Session(), Sent("GET", "http://127.0.0.1:9/"), 0, 5)
