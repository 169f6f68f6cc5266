"""Time limits that hold for all of an answer: that of a socket is for each piece alone."""
import time
from collections.abc import Iterator

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as TimeoutHTTPError

from .parsing import MOST_BYTES

_PIECE_BYTES = 1 << 16


def seconds_left(end: float) -> float:
    """Until that time of the monotonic clock. Raises TimeoutError where there are none."""
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("no time is left")
    return seconds


def read_until(end: float, answer: BaseHTTPResponse) -> bytes:
    """The body, if it comes before that time of the monotonic clock. Raises HTTPError of urllib3."""
    body = bytearray()
    for piece in pieces_until(end, answer):
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPError(f"the body of the answer has more than {MOST_BYTES:,} bytes")
    return bytes(body)


def pieces_until(end: float, answer: BaseHTTPResponse) -> Iterator[bytes]:
    """The body of an answer that urllib3 has begun to read, as it comes: who sends a byte a second keeps to the limit
    of a socket for ever. Raises HTTPError of urllib3 where it has not come before that time of the monotonic clock."""
    connection = getattr(answer.connection, "sock", None)
    while piece := answer.read1(_PIECE_BYTES, decode_content=True):
        yield piece
        seconds = end - time.monotonic()
        if seconds <= 0:
            answer.close()
            raise TimeoutHTTPError("the answer came too slowly")
        if connection:
            connection.settimeout(seconds)
