"""Connections of a session are looked after while nobody uses them."""
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from azure_access.connections.sessions import open_session


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def url():
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        answering = threading.Thread(target=server.handle_request)
        answering.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        answering.join()


def test_the_system_asks_whether_the_other_side_is_there(url):
    with open_session(3) as session:
        session.get(url)
        pools = session.get_adapter(url).poolmanager.pools
        [pool] = [pools[key] for key in pools.keys()]
        used, *unused = [pool.pool.get() for _ in range(3)]
        assert used.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) and unused == [None, None]
        used.close()


def test_so_it_is_behind_a_proxy():
    manager = open_session().get_adapter("https://").proxy_manager_for("http://127.0.0.1:9")
    assert (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1) in manager.connection_pool_kw["socket_options"]
