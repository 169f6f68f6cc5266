"""The bytes of a connection -> the answer to one request; the only module that imports httptools.

Its parser, that of Node.js, takes a tenth of the time of http.client, which hands each head to the parser of e-mail.
"""
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from requests.structures import CaseInsensitiveDict

from .errors import AnswerTooLongError
from .limits import MOST_BYTES

_MOST_HEAD_BYTES = 1 << 17
_LEAST_FINAL = 200  # of statuses: what comes before says that the answer will follow
_GZIP, _GZIP_WINDOW, _MOST_MEMBERS = b"\x1f\x8b", 31, 100


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` are looked up without regard to case."""

    status_code: int
    headers: Mapping[str, str]
    body: bytes


class AnswerParser:
    """Of the answer to one request other than HEAD. httptools tells it what was found: all that begins with `on_`."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Of a body with no more bytes, unpacked too."""
        self._most_bytes = most_bytes
        self._parser = HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(  # met in the field; none of them moves the end of an answer
            lenient_spaces_after_chunk_size=True, lenient_keep_alive=True, lenient_optional_cr_before_lf=True)
        self._headers: list[tuple[bytes, bytes]] = []
        self._pieces: list[bytes] = []
        self._head_bytes = self._body_bytes = 0
        self._has_head = self._is_surplus = self._keeps_alive = False
        self.is_complete = False
        self._status = 0

    @property
    def status(self) -> int:
        """None of what only says that the answer will follow; 0 before the head is there."""
        return self._status if self._has_head else 0

    @property
    def keeps_alive(self) -> bool:
        """The connection may be used again, now that the answer is complete."""
        return self._keeps_alive and not self._is_surplus

    def feed(self, data: bytes) -> None:
        """What came next, or nothing where the other side closed. Raises ConnectionError where that is no answer, of
        it AnswerTooLongError where its body is too long."""
        if not data:
            self._end()
            return
        if not self._has_head:
            self._head_bytes += len(data)
            if self._head_bytes > _MOST_HEAD_BYTES:
                raise ConnectionError(f"the head of the answer has more than {_MOST_HEAD_BYTES:,} bytes")
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as exc:
            if not self.is_complete:
                raise ConnectionError(f"what came is no answer of HTTP 1.1: {exc}") from exc
            self._is_surplus = True
        _check(self._body_bytes, self._most_bytes)

    def response(self) -> Response:
        """Once it is complete. Raises ConnectionError where the body cannot be unpacked, or not into so few bytes."""
        headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
        for name, value in ((name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers):
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        body = _unpack(b"".join(self._pieces), headers.get("Content-Encoding", ""), self._most_bytes)
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
            self._body_bytes += len(piece)

    def on_message_complete(self) -> None:
        if not self._has_head:
            self._headers.clear()
        elif not self.is_complete:
            self.is_complete, self._keeps_alive = True, self._parser.should_keep_alive()


def _check(count: int, most: int) -> None:
    if count > most:
        raise AnswerTooLongError(f"the body of the answer has more than {most:,} bytes")


def _unpack(body: bytes, encoding: str, most_bytes: int) -> bytes:
    """No encoding but gzip is asked for. What stands behind it is no part of it."""
    if encoding.casefold() in ("", "identity") or not body:
        return body
    if encoding.casefold() not in ("gzip", "x-gzip"):
        raise ConnectionError("the answer is packed as nobody asked for")
    pieces: list[bytes] = []
    count = 0
    while not pieces or body.startswith(_GZIP) and len(pieces) < _MOST_MEMBERS:
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            pieces.append(member.decompress(body, most_bytes + 1 - count))
        except zlib.error as exc:
            raise ConnectionError("the answer cannot be unpacked") from exc
        count += len(pieces[-1])
        _check(count, most_bytes)
        if not member.eof:
            raise ConnectionError("the answer is packed, and its end is missing")
        body = member.unused_data
    return b"".join(pieces)
