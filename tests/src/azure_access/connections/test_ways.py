"""Ways to a host through proxies: what is asked of them, how long they are waited for, and what is told of them."""
import socket
import ssl
import threading
import traceback
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pytest
import trustme

from azure_access.connections.kept_connections import KeptConnections
from tests.src.azure_access.connections.conftest import PAUSE_SECONDS, Server, serve

NAMED, SECRET = "some%40one:s3cret%3A", "s3cret"
BASIC = f"Basic {b64encode(b'some@one:s3cret:').decode()}"
SOON_SECONDS = 0.2
TUNNELS = pytest.mark.parametrize(
    "reached", [("https", "http"), ("https", "https")], ids=" through ".join, indirect=True)


@dataclass
class Reached:
    url: str
    host: Server
    proxy: Server


@pytest.fixture(params=[("http", "http"), ("http", "https"), ("https", "http"), ("https", "https")],
                ids=" through ".join)
def reached(request, tls, monkeypatch):
    """A host through a proxy. Over plain HTTP the proxy answers in its place."""
    scheme, proxy_scheme = request.param
    with serve(tls) as host, serve(tls if proxy_scheme == "https" else None) as proxy:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"{proxy_scheme}://{NAMED}@localhost:{proxy.server_port}")
        if scheme == "http":
            yield Reached("http://example.com/a/./b//c?d=e f", proxy, proxy)
        else:
            yield Reached(f"https://localhost:{host.server_port}/a/./b//c?d=e f", host, proxy)


def send(url, connections=None, method="GET", body=None, seconds=30):
    return (connections or KeptConnections(1)).send(method, url, {"Accept": "application/json"}, body, seconds)


def test_one_connection_serves_all_requests(reached):
    connections, body, reached.host.answer = KeptConnections(1), bytes(300_000), bytes(400_000)
    for _ in range(2):
        assert send(reached.url, connections, "POST", body).body == reached.host.answer
    tunnel, asked = reached.url.split("/")[2], reached.url.replace(" ", "%20")
    if reached.host is reached.proxy:
        assert [seen[1:4] for seen in reached.proxy.seen] == [("POST", asked, tunnel)] * 2
        assert reached.proxy.named == [BASIC] * 2
    else:
        assert [seen[1:4] for seen in reached.proxy.seen] == [("CONNECT", tunnel, tunnel)]
        assert [seen[1:4] for seen in reached.host.seen] == [("POST", f"/{asked.split('/', 3)[3]}", tunnel)] * 2
        assert (reached.proxy.named, reached.host.named) == ([BASIC], [None, None])
    assert [seen[4] for seen in reached.host.seen] == [body] * 2
    assert len({seen[0] for seen in reached.host.seen}) == 1


@pytest.mark.parametrize("slow", ["head", "body"])
def test_an_answer_that_comes_a_byte_at_a_time_is_not_waited_for(reached, slow):
    reached.host.answer, reached.host.slow = bytes(1000), slow
    with pytest.raises(TimeoutError, match="through the proxy localhost:"):
        send(reached.url, seconds=SOON_SECONDS)


def test_no_time_is_no_request(reached):
    with pytest.raises(TimeoutError):
        send(reached.url, seconds=0)
    assert reached.proxy.seen == []


def test_a_connection_that_was_closed_meanwhile_is_not_used(reached):
    connections, reached.host.closes = KeptConnections(1), True
    for _ in range(3):
        assert send(reached.url, connections).body == b"ok"
        assert reached.proxy.has_closed.wait(30)
        reached.proxy.has_closed.clear()
    assert len({seen[0] for seen in reached.host.seen}) == 3


def test_a_connection_that_was_idle_for_long_is_not_used(reached):
    connections = KeptConnections(1, idle_seconds=0)
    for _ in range(2):
        send(reached.url, connections)
    assert len({seen[0] for seen in reached.proxy.seen}) == 2


@TUNNELS
@pytest.mark.parametrize("status,told", [
    (407, "the proxy answers with HTTP 407; it wants to know who asks"), (403, "the proxy answers with HTTP 403"),
    (502, "the proxy answers with HTTP 502")])
def test_a_proxy_that_leads_nowhere_says_so(reached, status, told):
    reached.proxy.refusal = f"HTTP/1.1 {status} No\r\nContent-Length: 2\r\n\r\nno".encode()
    with pytest.raises(ConnectionError) as caught:
        send(reached.url)
    host, proxy = reached.url.split("/")[2], f"localhost:{reached.proxy.server_port}"
    assert str(caught.value).startswith(f"no connection to {host} through the proxy {proxy}: {told}")
    assert SECRET not in "".join(traceback.format_exception(caught.value)) and reached.host.seen == []


@TUNNELS
@pytest.mark.parametrize("answer", [
    b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX-First: " + bytes([97]) * 200_000],
    ids=["nothing", "no HTTP", "half a head", "continue alone", "no end of head"])
def test_a_proxy_whose_answer_is_none_is_an_error(reached, answer):
    reached.proxy.refusal = answer
    with pytest.raises(ConnectionError, match="through the proxy localhost:"):
        send(reached.url)


@TUNNELS
def test_a_proxy_that_answers_a_byte_at_a_time_is_not_waited_for(reached):
    reached.proxy.refusal, reached.proxy.slow = b"HTTP/1.1 200 OK\r\nX-Long: " + bytes([97]) * 1000, "tunnel"
    with pytest.raises(TimeoutError):
        send(reached.url, seconds=SOON_SECONDS)


@TUNNELS
def test_a_host_that_answers_a_byte_at_a_time_before_it_is_known_is_not_waited_for(reached):
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as threads:
        is_over = threading.Event()
        dripped = threads.submit(drip, listening, is_over)
        try:
            with pytest.raises(TimeoutError):
                send(f"https://localhost:{listening.getsockname()[1]}/", seconds=SOON_SECONDS)
        finally:
            is_over.set()
            socket.create_connection(listening.getsockname()).close()  # the time may be over before anybody comes
        dripped.result()


def drip(listening, is_over):
    """One record of TLS, which never ends."""
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        connection.sendall(b"\x16\x03\x03\x40\x00")
        while not is_over.wait(PAUSE_SECONDS):
            connection.sendall(b"\0")


@pytest.mark.parametrize("head", [
    b"200 OK\r\nContent-Length: 0\r\n", b"200 OK\r\nContent-Length: 5\r\n", b"200 OK\r\nTransfer-Encoding: chunked\r\n",
    b"204 None\r\n", b"200 OK\r\nConnection: close\r\n"])
@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 100 Continue\r\n\r\n"], ids=["", "after another"])
def test_a_tunnel_begins_behind_the_head_whatever_that_says(server, safe_server, monkeypatch, before, head):
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{server.server_port}")
    server.tunnel = before + b"HTTP/1.1 " + head + b"\r\n"
    assert send(f"https://localhost:{safe_server.server_port}/a").body == b"ok"


@TUNNELS
def test_a_host_with_another_name_is_not_believed(reached):
    with pytest.raises(ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        send(reached.url.replace("localhost", "127.0.0.1"))
    assert reached.host.seen == []


@TUNNELS
def test_a_host_of_another_authority_is_not_believed(reached):
    of_another = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(of_another)
    with serve(of_another) as host, pytest.raises(ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        send(f"https://localhost:{host.server_port}/a")
    assert host.seen == [] and len(reached.proxy.seen) == 1


@pytest.mark.parametrize("url", ["http://example.com/", "https://example.com/"])
def test_a_proxy_with_another_name_is_not_believed(safe_server, monkeypatch, url):
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"https://{NAMED}@127.0.0.1:{safe_server.server_port}")
    with pytest.raises(ConnectionError, match="the proxy cannot be reached: .*CERTIFICATE_VERIFY_FAILED") as caught:
        send(url)
    assert SECRET not in "".join(traceback.format_exception(caught.value)) and safe_server.seen == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_told(monkeypatch, scheme):
    monkeypatch.setenv(f"{scheme}_proxy", f"http://{NAMED}@127.0.0.1:9")
    with pytest.raises(ConnectionError, match="com through the proxy 127.0.0.1:9: the proxy cannot be") as caught:
        send(f"{scheme}://example.com/a")
    assert SECRET not in "".join(traceback.format_exception(caught.value))
