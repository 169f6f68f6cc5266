"""Servers to connect to, plain ones and over TLS, and proxies that lead to them: all of one kind."""
import select
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

PAUSE_SECONDS = 0.02  # between two bytes of who is slow


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_CONNECT(self):
        """As a proxy, which says that there is a tunnel, or else refuses."""
        self.see(b"")
        self.close_connection = True
        if self.server.refusal is not None:
            self.say(self.server.refusal, is_slow=self.server.slow == "tunnel")
            return
        self.say(self.server.tunnel)
        host, port = self.path.split(":")
        with socket.create_connection((host, int(port))) as there:
            ways = {there: self.connection, self.connection: there}
            while not self.server.is_over.is_set():
                for readable in select.select(list(ways), [], [], 0.1)[0]:
                    data = receive(readable)
                    if not data:
                        return
                    ways[readable].sendall(data)

    def do_GET(self):
        self.see(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.server.meeting.wait(30)
        self.say(f"HTTP/1.1 {self.server.status} Said\r\nLocation: /elsewhere\r\n"
                 f"Content-Length: {len(self.server.answer)}\r\n\r\n".encode(), is_slow=self.server.slow == "head")
        self.say(self.server.answer, is_slow=self.server.slow == "body")
        self.close_connection |= self.server.closes

    do_POST = do_GET

    def see(self, body):
        self.server.seen.append((self.client_address, self.command, self.path, self.headers["Host"], body))
        self.server.named.append(self.headers["Proxy-Authorization"])

    def say(self, text, is_slow=False):
        with suppress(OSError):  # whoever waited has gone
            for piece in [bytes([byte]) for byte in text] if is_slow else [text]:
                self.wfile.write(piece)
                if is_slow:
                    self.server.is_over.wait(PAUSE_SECONDS)

    def finish(self):
        super().finish()
        with suppress(OSError):  # the other side was first
            self.connection.shutdown(socket.SHUT_RDWR)
        self.server.has_closed.set()

    def log_message(self, *_):
        pass


def receive(connection):
    """All that is there: what TLS has unpacked already shows in no select."""
    data = connection.recv(65_536)
    while isinstance(connection, ssl.SSLSocket) and connection.pending():
        data += connection.recv(65_536)
    return data


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # many ask at once

    def handle_error(self, request, client_address):
        """Whoever asked has gone, as it may."""


@contextmanager
def serve(tls=None):
    with Server(("127.0.0.1", 0), Handler) as running:
        if tls:
            running.socket = tls.wrap_socket(running.socket, server_side=True)
        running.seen, running.named, running.status = [], [], 200
        running.tunnel, running.refusal = b"HTTP/1.1 200 Here you are\r\n\r\n", None
        running.answer, running.slow, running.is_over = b"ok", "", threading.Event()
        running.closes, running.has_closed, running.meeting = False, threading.Event(), threading.Barrier(1)
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield running
        running.is_over.set()
        running.shutdown()


@pytest.fixture
def server():
    with serve() as running:
        yield running


@pytest.fixture
def tls(monkeypatch, tmp_path):
    """Of a server for `localhost` alone, whose authority is trusted."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    return context


@pytest.fixture
def safe_server(tls):
    with serve(tls) as running:
        yield running


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
