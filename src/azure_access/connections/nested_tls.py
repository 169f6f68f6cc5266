"""TLS inside of TLS: to a host through a proxy that is itself asked safely. A socket of Python wraps no other of its
kind."""
import time
from collections.abc import Callable
from functools import partial
from ssl import MemoryBIO, SSLContext, SSLEOFError, SSLSocket, SSLWantReadError
from typing import TypeVar

from urllib3.util import wait_for_read

from .limits import seconds_left

_PIECE_BYTES = 16_000  # fit into one record of the outer TLS, with what the inner one adds
_OUTER_BYTES = 1 << 14
_T = TypeVar("_T")


class NestedTls:
    """As much of a socket as is needed. A time limit is that of one call, however many pieces it takes."""

    def __init__(self, outer: SSLSocket, trust: SSLContext, name: str, seconds: float):
        """`name` is that which the host's certificate has to have. Raises OSError."""
        self._outer, self._incoming, self._outgoing = outer, MemoryBIO(), MemoryBIO()
        self._inner = trust.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        self._seconds = seconds
        self._run(self._inner.do_handshake, time.monotonic() + seconds)

    def settimeout(self, seconds: float) -> None:
        self._seconds = seconds

    def sendall(self, data: bytes) -> None:
        end = time.monotonic() + self._seconds
        for start in range(0, len(data), _PIECE_BYTES):
            self._run(partial(self._inner.write, data[start:start + _PIECE_BYTES]), end)

    def recv(self, count: int) -> bytes:
        """At most so many bytes, none where the other side closed."""
        try:
            return self._run(partial(self._inner.read, count), time.monotonic() + self._seconds)
        except SSLEOFError:  # without a word, as from a socket of TLS
            return b""

    def is_silent(self) -> bool:
        """Nothing has come that was not read."""
        return not (self._incoming.pending or self._outer.pending() or wait_for_read(self._outer, timeout=0))

    def close(self) -> None:
        self._outer.close()

    def _run(self, step: Callable[[], _T], end: float) -> _T:
        while True:
            try:
                found = step()
            except SSLWantReadError:
                self._flush(end)
                self._fill(end)
            else:
                self._flush(end)
                return found

    def _flush(self, end: float) -> None:
        if self._outgoing.pending:
            self._outer.settimeout(seconds_left(end))
            self._outer.sendall(self._outgoing.read())

    def _fill(self, end: float) -> None:
        self._outer.settimeout(seconds_left(end))
        if data := self._outer.recv(_OUTER_BYTES):
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
