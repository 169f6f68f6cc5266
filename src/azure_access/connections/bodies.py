"""The body of an answer that urllib3 has begun to read, within a time limit."""
import time
from collections.abc import Iterator

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import TimeoutError as TimeoutHTTPError

_PIECE_BYTES = 1 << 16


def read_until(end: float, answer: BaseHTTPResponse) -> bytes:
    """The body, if it comes before that time of the monotonic clock. Raises HTTPError of urllib3."""
    return b"".join(pieces_until(end, answer))


def pieces_until(end: float, answer: BaseHTTPResponse) -> Iterator[bytes]:
    """The body as it comes: the time-out of a socket is for each piece alone, and who sends a byte a second keeps to it
    for ever. Raises HTTPError of urllib3 where it has not come before that time of the monotonic clock."""
    while piece := answer.read1(_PIECE_BYTES, decode_content=True):
        yield piece
        if time.monotonic() > end:
            answer.close()
            raise TimeoutHTTPError("the answer came too slowly")
