"""A host that is reached without a proxy: the connections to it, and what goes over them."""
import re
import socket
import time
from collections.abc import Mapping
from ssl import SSLContext
from urllib.parse import SplitResult, quote

from urllib3.util import wait_for_read

from .answers import AnswerParser, Response

_PIECE_BYTES = 1 << 16
_PORTS = {"http": 80, "https": 443}
_USUAL = "Accept-Encoding: gzip\r\nUser-Agent: pipeline-run-monitor\r\n"
_OWN = frozenset({"host", "accept-encoding", "user-agent", "content-length", "transfer-encoding", "connection"})
_PRINTABLE = "".join(map(chr, range(0x21, 0x7f)))
_UNQUOTED = re.compile(r"[^!-~]")
_NO_HEADER = re.compile(r"[^\t -~\x80-\xff]")


class DirectHost:
    """Safe to use from many threads."""

    def __init__(self, address: SplitResult, trust: SSLContext, kept: int, idle_seconds: float):
        """So many connections are kept, for so long. Over `http` nothing is encrypted, and nobody has to be trusted."""
        self._name, self._port = address.hostname, address.port or _PORTS[address.scheme]
        self._host = address.netloc.rpartition("@")[2]
        self._head = f" HTTP/1.1\r\nHost: {self._host}\r\n{_USUAL}"
        self._trust = trust if address.scheme == "https" else None
        self._kept, self._idle_seconds = kept, idle_seconds
        self._idle: list[tuple[socket.socket, float]] = []  # and since when

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, end: float) -> Response:
        """`target` is the URL from its path on; headers that are HTTP's own are not taken. Raises ConnectionError where
        there is no answer, TimeoutError where it has not come at that time of the monotonic clock, and ValueError where
        a header holds what none can."""
        request = self._format_head(method, target, headers, body) + (body or b"")
        try:
            return self._exchange(request, end)
        except TimeoutError as exc:
            raise TimeoutError(f"no answer from {self._host} in time") from exc
        except (OSError, UnicodeError) as exc:  # UnicodeError: of a host that can have no such name
            raise ConnectionError(f"no answer from {self._host}: {exc}") from exc

    def _format_head(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
        if _UNQUOTED.search(target):
            target = quote(target, safe=_PRINTABLE)
        if any(map(_NO_HEADER.search, headers.values())):
            raise ValueError("a header holds what no header can")
        lines = [f"{name}: {value}\r\n" for name, value in headers.items() if name.casefold() not in _OWN]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}\r\n")
        return f"{method} {target}{self._head}{''.join(lines)}\r\n".encode("latin-1")

    def _exchange(self, request: bytes, end: float) -> Response:
        connection = self._take() or self._open(end)
        answer = AnswerParser()
        try:
            connection.settimeout(_left(end))
            connection.sendall(request)
            while not answer.is_complete:
                connection.settimeout(_left(end))  # it holds for each piece alone: they may drip
                answer.feed(connection.recv(_PIECE_BYTES))
            return answer.response()
        finally:
            if answer.keeps_alive and len(self._idle) < self._kept:
                self._idle.append((connection, time.monotonic()))
            else:
                connection.close()

    def _take(self) -> socket.socket | None:
        """The one that was used last. What comes while one is idle can only be its end."""
        while self._idle:
            try:
                connection, since = self._idle.pop()
            except IndexError:  # another thread took it
                break
            is_young = time.monotonic() - since < self._idle_seconds
            if is_young and not wait_for_read(connection, timeout=0):
                return connection
            connection.close()
        return None

    def _open(self, end: float) -> socket.socket:
        connection = socket.create_connection((self._name, self._port), _left(end))
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(_left(end))
            return self._trust.wrap_socket(connection, server_hostname=self._name) if self._trust else connection
        except BaseException:
            connection.close()
            raise


def _left(end: float) -> float:
    """Seconds. Raises TimeoutError where there are none."""
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
