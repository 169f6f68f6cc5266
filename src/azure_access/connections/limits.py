"""Limits of one request. Those of time hold for all of what they are of: that of a socket is for each piece alone."""
import math
import time
from dataclasses import dataclass

MOST_BYTES = 1 << 26  # of a body, unpacked too: hundreds of times what any service answers here


@dataclass(frozen=True, slots=True)
class Limits:
    """Besides the time for all of it: seconds until there is a connection, seconds without a word, and bytes of the
    body of the answer, unpacked too."""

    connecting_seconds: float = math.inf
    silent_seconds: float = math.inf
    most_bytes: int = MOST_BYTES


def seconds_left(end: float) -> float:
    """Until that time of the monotonic clock. Raises TimeoutError where there are none."""
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("no time is left")
    return seconds
