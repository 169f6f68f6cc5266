"""Sessions of requests for what is asked seldom: their connections last.

Azure's load balancers may drop a connection without a word that was idle for four minutes. A session does not notice,
and waits for an answer that never comes; so the system asks the other side meanwhile whether it is still there.
"""
import socket
from typing import Any

import requests
from requests.adapters import DEFAULT_POOLSIZE, HTTPAdapter
from urllib3.connection import HTTPConnection

_TIMES = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}  # seconds, seconds and a number, where they exist
_OPTIONS = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
            *((socket.IPPROTO_TCP, getattr(socket, name), value) for name, value in _TIMES.items()
              if hasattr(socket, name))]


def open_session(kept: int = DEFAULT_POOLSIZE) -> requests.Session:
    """It keeps so many connections to each host."""
    session = _Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, LastingAdapter(pool_maxsize=kept))
    return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nobody here follows one; to look for it, a session reads all of its body, however long that is."""


class LastingAdapter(HTTPAdapter):
    """Of such a session, or of a proxy."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named, socket_options=_OPTIONS)

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> Any:
        return super().proxy_manager_for(*arguments, **named, socket_options=_OPTIONS)
