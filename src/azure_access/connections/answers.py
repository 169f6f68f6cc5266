"""The bytes of a connection -> the answer to one request; the only module that imports httptools.

Its parser, that of Node.js, takes a tenth of the time of http.client, which hands each head to the parser of e-mail.
"""
import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from requests.structures import CaseInsensitiveDict

_LEAST_FINAL = 200  # of statuses: what comes before says that the answer will follow


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` are looked up without regard to case."""

    status_code: int
    headers: Mapping[str, str]
    body: bytes


class AnswerParser:
    """Of the answer to one request other than HEAD. httptools tells it what was found: all that begins with `on_`."""

    def __init__(self) -> None:
        self._parser = HttpResponseParser(self)
        self._headers: list[tuple[bytes, bytes]] = []
        self._pieces: list[bytes] = []
        self._status = 0
        self._has_head = self._is_surplus = self._keeps_alive = False
        self.is_complete = False

    @property
    def keeps_alive(self) -> bool:
        """The connection may be used again, now that the answer is complete."""
        return self._keeps_alive and not self._is_surplus

    def feed(self, data: bytes) -> None:
        """What came next, or nothing where the other side closed. Raises ConnectionError where that is no answer."""
        if not data:
            return self._end()
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as exc:
            if not self.is_complete:
                raise ConnectionError("what came is no answer of HTTP 1.1") from exc
            self._is_surplus = True

    def response(self) -> Response:
        """Once it is complete. Raises ConnectionError where the body cannot be unpacked."""
        headers = CaseInsensitiveDict(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers)
        body = b"".join(self._pieces)
        if headers.get("Content-Encoding", "").casefold() in ("gzip", "x-gzip"):
            body = _unpack(body)
        return Response(self._status, headers, body)

    def _end(self) -> None:
        """An answer that does not say how long it is ends with the connection."""
        names = {name.lower() for name, _ in self._headers}
        if not self._has_head or names & {b"content-length", b"transfer-encoding"}:
            raise ConnectionError("the connection was closed before the answer was complete")
        self.is_complete = True

    def on_message_begin(self) -> None:
        self._is_surplus = self.is_complete

    def on_header(self, name: bytes, value: bytes) -> None:
        """Or one that stands behind the body, which nobody needs."""
        if not self._has_head:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        if not self._has_head:
            self._status = self._parser.get_status_code()
            self._has_head = self._status >= _LEAST_FINAL

    def on_body(self, piece: bytes) -> None:
        if not self.is_complete:
            self._pieces.append(piece)

    def on_message_complete(self) -> None:
        if not self._has_head:
            self._headers.clear()
        elif not self.is_complete:
            self.is_complete, self._keeps_alive = True, self._parser.should_keep_alive()


def _unpack(body: bytes) -> bytes:
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as exc:
        raise ConnectionError("the answer cannot be unpacked") from exc
