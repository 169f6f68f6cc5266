"""A host: the connections to it, by whichever way, and what goes over them."""
import ssl
import threading
import time
import weakref
from collections.abc import Mapping

from urllib3.util import wait_for_read

from .errors import AnswerTooLongError, UnsentError, UnsentInTimeError
from .limits import Limits, seconds_left
from .nested_tls import NestedTls
from .parsing import AnswerParser, Response
from .ways import Connection, Way

_PIECE_BYTES = 1 << 16
_SENT_BYTES = 1 << 14  # a record of TLS
_METHODS_WITH_BODY = ("POST", "PUT", "PATCH")


class Host:
    """Safe to use from many threads."""

    def __init__(self, way: Way, kept: int, idle_seconds: float):
        """So many connections are kept, for so long."""
        self._way, self._kept, self._idle_seconds = way, kept, idle_seconds
        self._lock = threading.Lock()
        self._idle: list[tuple[Connection, float]] = []  # and since when
        weakref.finalize(self, _close_all, self._idle)

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, end: float,
             limits: Limits) -> Response:
        """`target` is the URL from its path on; it and the headers are complete, and fit to be written. `end` is a time
        of the monotonic clock. Raises the errors of this folder."""
        try:
            seconds_left(end)
            connection = self._take() or self._way.open(min(end, time.monotonic() + limits.connecting_seconds))
        except TimeoutError as exc:
            raise UnsentInTimeError(f"no connection to {self._way.told} in time") from exc
        except OSError as exc:
            raise UnsentError(f"no connection to {self._way.told}: {exc}") from exc
        try:
            head = self._format_head(method, target, headers, body)
            return self._exchange(connection, head, body or b"", end, limits)
        except TimeoutError as exc:
            raise TimeoutError(f"no answer from {self._way.told} in time") from exc
        except AnswerTooLongError as exc:
            raise AnswerTooLongError(f"no answer from {self._way.told}: {exc}") from exc
        except OSError as exc:
            raise ConnectionError(f"no answer from {self._way.told}: {exc}") from exc

    def _format_head(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
        lines = self._way.lines + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if body is not None or method in _METHODS_WITH_BODY:
            lines += f"Content-Length: {len(body or b'')}\r\n"
        return f"{method} {self._way.prefix}{target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")

    def _exchange(self, connection: Connection, head: bytes, body: bytes, end: float, limits: Limits) -> Response:
        answer, problem = AnswerParser(limits.most_bytes), None
        try:
            try:
                _send(connection, head, body, end, limits.silent_seconds)
            except (ConnectionError, ssl.SSLError) as exc:
                problem = exc  # the answer may have come before all was sent: it is too much, or for nobody
            _receive(connection, answer, end, limits.silent_seconds, problem)
        except BaseException:
            connection.close()
            raise
        if answer.keeps_alive and not problem:
            self._keep(connection)
        else:
            connection.close()
        return answer.response()

    def _take(self) -> Connection | None:
        """The one that was used last. What comes while one is idle can only be its end."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection, since = self._idle.pop()
            is_young = time.monotonic() - since < self._idle_seconds
            if is_young and _is_silent(connection):
                return connection
            connection.close()

    def _keep(self, connection: Connection) -> None:
        """In the place of the oldest, where there are enough, and of those that have been idle for too long."""
        now, left = time.monotonic(), []
        with self._lock:
            self._idle.append((connection, now))
            while len(self._idle) > self._kept or self._idle and now - self._idle[0][1] > self._idle_seconds:
                left.append(self._idle.pop(0))
        _close_all(left)


def _send(connection: Connection, head: bytes, body: bytes, end: float, silent_seconds: float) -> None:
    """In pieces, for each of which time is measured anew: who takes them slowly is not waited for either."""
    for start in range(0, len(body) or 1, _SENT_BYTES):
        connection.settimeout(min(seconds_left(end), silent_seconds))
        connection.sendall((b"" if start else head) + body[start:start + _SENT_BYTES])


def _receive(connection: Connection, answer: AnswerParser, end: float, silent_seconds: float,
             problem: OSError | None) -> None:
    """`problem` is what came between when the request was sent: where there is no answer, it is why."""
    while not answer.is_complete:
        connection.settimeout(min(seconds_left(end), silent_seconds))  # it holds for each piece alone: they may drip
        try:
            answer.feed(connection.recv(_PIECE_BYTES))
        except OSError as exc:
            if problem is None:
                raise
            raise problem from exc


def _is_silent(connection: Connection) -> bool:
    """Nothing has come that was not read."""
    return connection.is_silent() if isinstance(connection, NestedTls) else not wait_for_read(connection, timeout=0)


def _close_all(idle: list[tuple[Connection, float]]) -> None:
    for connection, _ in idle:
        connection.close()
