"""Time limits that hold for all of an answer: that of a socket is for each piece alone."""
import time
from collections.abc import Iterator

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import TimeoutError as TimeoutHTTPError

_PIECE_BYTES = 1 << 16


def seconds_left(end: float) -> float:
    """Until that time of the monotonic clock. Raises TimeoutError where there are none."""
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("no time is left")
    return seconds


def read_until(end: float, answer: BaseHTTPResponse) -> bytes:
    """The body, if it comes before that time of the monotonic clock. Raises HTTPError of urllib3."""
    return b"".join(pieces_until(end, answer))


def pieces_until(end: float, answer: BaseHTTPResponse) -> Iterator[bytes]:
    """The body of an answer that urllib3 has begun to read, as it comes: who sends a byte a second keeps to the limit
    of a socket for ever. Raises HTTPError of urllib3 where it has not come before that time of the monotonic clock."""
    while piece := answer.read1(_PIECE_BYTES, decode_content=True):
        yield piece
        if time.monotonic() > end:
            answer.close()
            raise TimeoutHTTPError("the answer came too slowly")
