"""Requests over kept connections, to servers and through proxies that are found in the environment."""
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import certifi
import pytest
from urllib3.exceptions import HTTPError, TimeoutError

from azure_access.kept_connections import KeptConnections, read_authorities


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.client_address, self.command, self.path, self.headers["Host"], body))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        pieces = [bytes([byte]) for byte in self.server.answer] if self.server.is_slow else [self.server.answer]
        for piece in pieces:
            try:
                self.wfile.write(piece)
            except OSError:  # whoever waited has gone
                break
            if self.server.is_slow:
                self.server.is_over.wait(0.02)

    do_POST = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.seen, running.status, running.daemon_threads = [], 200, True
        running.answer, running.is_slow, running.is_over = b"ok", False, threading.Event()
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.is_over.set()
        running.shutdown()


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def send(connections, url, method="GET", body=None):
    return connections.send(method, url, {"Accept": "application/json"}, body, 5)


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


def test_nobody_there_is_an_error():
    with pytest.raises(HTTPError):
        send(KeptConnections(1), "http://127.0.0.1:9/a")


def test_an_answer_that_comes_a_byte_at_a_time_is_not_waited_for(server):
    server.answer, server.is_slow = bytes(1000), True
    connections, url = KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a"
    with pytest.raises(TimeoutError):
        connections.send("GET", url, {}, None, 0.3)
    server.is_slow = False
    assert send(connections, url).body == bytes(1000)


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
    with pytest.raises(OSError):
        send(KeptConnections(1), f"https://127.0.0.1:{server.server_port}/a")


def test_authorities_are_read_once_and_may_be_read_before_a_connection_needs_them(server, monkeypatch, tmp_path):
    authorities = tmp_path / "authorities.pem"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authorities))
    read_authorities()  # it is not there yet, which the first connection tells
    with pytest.raises(OSError):
        send(KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a")
    authorities.write_bytes(Path(certifi.where()).read_bytes())
    read_authorities()
    authorities.unlink()
    assert send(KeptConnections(1), f"http://127.0.0.1:{server.server_port}/a").status_code == 200
