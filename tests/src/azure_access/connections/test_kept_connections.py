"""Requests over kept connections, and what the environment says of them."""
import gc
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import certifi
import pytest

from azure_access.connections.errors import AnswerTooLongError, UnsentError, UnsentInTimeError
from azure_access.connections.kept_connections import KeptConnections
from azure_access.connections.limits import Limits
from azure_access.connections.trust import read_authorities
from tests.src.azure_access.connections.conftest import PAUSE_SECONDS


def send(connections, url, method="GET", body=None):
    return connections.send(method, url, {"Accept": "application/json"}, body, 30)


def test_one_connection_serves_all_requests_to_a_host(server):
    connections, host = KeptConnections(1), f"127.0.0.1:{server.server_port}"
    found = [send(connections, f"http://{host}/a?b=c"), send(connections, f"http://{host}", "POST", b"{}")]
    assert [(one.status_code, one.body, one.headers["content-length"]) for one in found] == [(200, b"ok", "2")] * 2
    assert [seen[1:] for seen in server.seen] == [
        ("GET", "/a?b=c", host, b""), ("POST", "/", host, b"{}")]
    assert len({seen[0] for seen in server.seen}) == 1


@pytest.mark.parametrize("status", [302, 307, 404, 503])
def test_answer_is_handed_on_whatever_its_status(server, status):
    server.status = status
    assert send(KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a").status_code == status
    assert len(server.seen) == 1


def test_nobody_there_is_an_error_and_nobody_was_asked():
    with pytest.raises(UnsentError, match="no connection to 127.0.0.1:9: .*refused"):
        send(KeptConnections(1), "http://127.0.0.1:9/a")


def test_a_server_that_says_nothing_is_not_waited_for():
    """Who was asked may have heard it."""
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimeoutError) as caught:
        KeptConnections(1).send("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/a", {}, None, 30,
                                Limits(silent_seconds=0.2))
    assert not isinstance(caught.value, UnsentError)


@pytest.mark.parametrize("before", [0, 1], ids="{} before".format)
def test_no_time_is_no_request(server, before):
    connections, url = KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a"
    for _ in range(before):
        send(connections, url)
    with pytest.raises(UnsentInTimeError):
        connections.send("GET", url, {}, None, 0)
    assert len(server.seen) == before


@pytest.mark.parametrize("url", [
    "", "a", "/a", "ftp://127.0.0.1/a", "http:///a", "http://[::1/a", "http://127.0.0.1:x/a",
    f"http://{'a' * 70}.example/", "http://a..b/", "http://\u2024/", "htps://127.0.0.1:{port}/a",
    "http://127.0.0.1\0.example:{port}/a", "http://127.0.0.1 .example:{port}/a", "//127.0.0.1:{port}/a",
    "ftp://127.0.0.1:{port}/a", "http://:{port}/a", "https://:{port}/a"])
def test_what_is_no_address_is_an_error_and_nobody_is_asked(server, url):
    with pytest.raises(UnsentError):
        send(KeptConnections(1), url.replace("{port}", str(server.server_port)))
    assert server.seen == []


def test_an_answer_that_comes_before_all_was_sent_is_told():
    """As 413 of who takes no more, or 401; and nothing is asked any more on its connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as threads:
        refused = threads.submit(refuse, listening)
        connections, url = KeptConnections(1), f"http://127.0.0.1:{listening.getsockname()[1]}/a"
        assert connections.send("POST", url, {}, bytes(50_000_000), 30).status_code == 413
        refused.result()
        with pytest.raises(TimeoutError):
            connections.send("GET", url, {}, None, 0.1)  # on another connection, which nobody accepts


def refuse(listening):
    connection, _ = listening.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")


def test_a_connection_that_was_closed_meanwhile_is_not_used(server):
    connections, url = KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a"
    for _ in range(3):
        server.closes = True  # after an answer that says nothing of it
        assert send(connections, url).body == b"ok"
        assert server.has_closed.wait(30)
        server.has_closed.clear()
    assert len({seen[0] for seen in server.seen}) == 3


def test_a_connection_that_was_idle_for_long_is_not_used(server):
    connections, url = KeptConnections(1, idle_seconds=0), f"http://127.0.0.1:{server.server_port}/a"
    for _ in range(2):
        send(connections, url)
    assert len({seen[0] for seen in server.seen}) == 2


def test_none_may_be_kept(server):
    connections, url = KeptConnections(0), f"http://127.0.0.1:{server.server_port}/a"
    for _ in range(2):
        send(connections, url)
    assert len({seen[0] for seen in server.seen}) == 2


@pytest.mark.parametrize("kept", [1, 3])
def test_so_many_are_kept_of_those_that_were_needed_at_once(server, kept):
    connections, url, together = KeptConnections(kept), f"http://127.0.0.1:{server.server_port}/a", 4
    server.meeting = threading.Barrier(together)
    with ThreadPoolExecutor(together) as threads:
        list(threads.map(lambda _: send(connections, url), range(together)))
    before = {seen[0] for seen in server.seen}
    server.meeting = threading.Barrier(kept)
    with ThreadPoolExecutor(kept) as threads:
        list(threads.map(lambda _: send(connections, url), range(kept)))
    assert len(before) == together and {seen[0] for seen in server.seen[together:]} < before


@pytest.mark.parametrize("path,asked", [
    ("/a b?c=d e", "/a%20b?c=d%20e"), ("/a%20b?c=%2F", "/a%20b?c=%2F"), ("/é", "/%C3%A9"), ("?a=b", "/?a=b"),
    ("/a?b#c", "/a?b"),
    ('/a"<b>?c={d}|\\^`', "/a%22%3Cb%3E?c=%7Bd%7D%7C%5C%5E%60"), ("/a?b=[c]'()*~", "/a?b=[c]'()*~"),
    ("/a/./b//c", "/a/./b//c")])
def test_what_no_url_has_is_quoted(server, path, asked):
    send(KeptConnections(1), f"http://127.0.0.1:{server.server_port}{path}")
    assert [seen[2] for seen in server.seen] == [asked]


@pytest.mark.parametrize("name,value", [
    ("X-Own", "a\r\nX-Other: b"), ("X-Own", "a\nb"), ("X-Own", "a\x00"), ("X-Own", "\u20ac"), ("X\r\nOther", "a"),
    ("", "a"), ("X: Y", "a"), ("\xfc", "a")])
@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:9"])
def test_a_header_cannot_bring_another_one(server, monkeypatch, proxy, name, value):
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(ConnectionError) as caught:
        KeptConnections(1).send(
            "GET", f"http://127.0.0.1:{server.server_port}/a", {name: value, "Key": "s3cret"}, None, 5)
    assert str(caught.value) == "nothing can be asked: a header holds what no header can" and server.seen == []
    assert "s3cret" not in repr(caught.value.__cause__)


def test_how_a_request_is_written_is_nothing_that_a_header_can_change(server):
    own = {"Content-length": "1", "Transfer-Encoding": "chunked", "Connection": "close"}
    connections, url = KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a"
    for _ in range(2):
        connections.send("POST", url, own, b"{}", 5)
    assert [seen[3:] for seen in server.seen] == [(f"127.0.0.1:{server.server_port}", b"{}")] * 2
    assert len({seen[0] for seen in server.seen}) == 1


def test_authorities_may_be_others_than_those_of_the_environment(safe_server, monkeypatch, tmp_path):
    url = f"https://localhost:{safe_server.server_port}/a"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    assert send(KeptConnections(1, authorities=str(tmp_path / "authority.pem")), url).body == b"ok"
    with pytest.raises(ConnectionError):
        send(KeptConnections(1), url)


def test_who_is_named_before_a_host_is_not_told_to_it(server):
    send(KeptConnections(1), f"http://someone:secret@127.0.0.1:{server.server_port}/a")
    assert [seen[3] for seen in server.seen] == [f"127.0.0.1:{server.server_port}"]


def test_a_server_is_believed_that_a_trusted_authority_knows_by_its_name(safe_server):
    connections, url = KeptConnections(1), f"https://localhost:{safe_server.server_port}/a"
    assert [send(connections, url).body for _ in range(2)] == [b"ok"] * 2
    assert len({seen[0] for seen in safe_server.seen}) == 1


def test_a_server_with_another_name_is_not_believed(safe_server):
    with pytest.raises(UnsentError, match="CERTIFICATE_VERIFY_FAILED"):
        send(KeptConnections(1), f"https://127.0.0.1:{safe_server.server_port}/a")
    assert safe_server.seen == []


def test_a_server_of_another_authority_is_not_believed(safe_server, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(UnsentError, match="CERTIFICATE_VERIFY_FAILED"):
        send(KeptConnections(1), f"https://localhost:{safe_server.server_port}/a")
    assert safe_server.seen == []


def test_many_threads_share_few_connections_that_grow_old_at_once(server):
    connections, url = KeptConnections(3, idle_seconds=0.002), f"http://127.0.0.1:{server.server_port}/a"
    with ThreadPoolExecutor(8) as threads:
        assert {one.body for one in threads.map(lambda _: send(connections, url), range(100))} == {b"ok"}


def test_connections_are_closed_with_what_keeps_them(server):
    connections = KeptConnections(2)
    send(connections, f"http://127.0.0.1:{server.server_port}/a")
    del connections
    gc.collect()
    assert server.has_closed.wait(30)  # its side too


@pytest.mark.parametrize("slow", ["head", "body"])
def test_an_answer_that_comes_a_byte_at_a_time_is_not_waited_for(server, slow):
    server.answer, server.slow = bytes(1000), slow
    connections, url = KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a"
    with pytest.raises(TimeoutError):
        connections.send("GET", url, {}, None, 0.3)
    server.slow = ""
    assert send(connections, url).body == bytes(1000)


def test_a_pause_may_be_limited_apart_from_the_time_for_all_of_it(server):
    server.answer, server.slow = bytes(20), "body"
    connections, url, quiet = KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a", Limits(silent_seconds=5)
    assert connections.send("GET", url, {}, None, 30, quiet).body == bytes(20)
    server.meeting = threading.Barrier(2)
    with pytest.raises(TimeoutError):
        connections.send("GET", url, {}, None, 30, Limits(silent_seconds=0.1))
    server.meeting.abort()


def test_who_takes_a_request_a_little_at_a_time_is_not_waited_for(tls):
    """However long it is: TLS measures time for each of its records alone."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as threads:
        is_over = threading.Event()
        taken = threads.submit(take_slowly, listening, tls, is_over)
        try:
            with pytest.raises(TimeoutError):
                KeptConnections(1).send(
                    "POST", f"https://localhost:{listening.getsockname()[1]}/a", {}, bytes(50_000_000), 1)
        finally:
            is_over.set()
            socket.create_connection(listening.getsockname()).close()  # the time may be over before anybody comes
        taken.result()


def take_slowly(listening, tls, is_over):
    connection, _ = listening.accept()
    with suppress(OSError), tls.wrap_socket(connection, server_side=True) as connection:  # or before it is known
        while not is_over.wait(PAUSE_SECONDS) and connection.recv(16_384):
            pass


def test_a_connection_may_be_limited_apart_from_the_time_for_all_of_it(tls):
    """Who accepts one and says nothing was not asked anything."""
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(UnsentInTimeError):
        KeptConnections(1).send("GET", f"https://localhost:{silent.getsockname()[1]}/a", {}, None, 30,
                                Limits(connecting_seconds=0.1))


def test_no_more_of_an_answer_is_read_than_is_taken(server):
    server.answer = bytes(100_000)
    connections, url = KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a"
    assert connections.send("GET", url, {}, None, 30, Limits(most_bytes=100_000)).body == server.answer
    with pytest.raises(AnswerTooLongError, match="127.0.0.1.* more than 99,999 bytes"):
        connections.send("GET", url, {}, None, 30, Limits(most_bytes=99_999))


@pytest.mark.parametrize("answer", [b"", bytes(300_000)], ids=["nothing", "more than a piece"])
def test_an_answer_is_read_to_its_end(server, answer):
    server.answer = answer
    connections = KeptConnections(1)
    assert [send(connections, f"http://127.0.0.1:{server.server_port}/a").body for _ in range(2)] == [answer] * 2
    assert len({seen[0] for seen in server.seen}) == 1


def test_proxy_of_the_environment_is_asked_for_what_it_is_for(server, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    connections = KeptConnections(1)
    send(connections, "http://example.com/a")
    send(connections, f"http://127.0.0.1:{server.server_port}/b")
    assert [seen[2] for seen in server.seen] == ["http://example.com/a", "/b"]


def test_authorities_are_those_that_the_environment_names(server, monkeypatch, tmp_path):
    file = tmp_path / "none.pem"
    file.write_text("")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    with pytest.raises(UnsentError):
        send(KeptConnections(1), f"https://127.0.0.1:{server.server_port}/a")


def test_authorities_are_read_once_and_may_be_read_before_a_connection_needs_them(server, monkeypatch, tmp_path):
    authorities = tmp_path / "authorities.pem"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authorities))
    read_authorities()  # it is not there yet, which the first connection tells
    with pytest.raises(UnsentError):
        send(KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a")
    authorities.write_bytes(Path(certifi.where()).read_bytes())
    read_authorities()
    authorities.unlink()
    assert send(KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a").status_code == 200
