"""Bodies of telemetry, unpacked as far as they may go: a kilobyte of gzip can hold a megabyte."""
import gzip
import io
import zlib

from local_azure.bodies import BodyTooLargeError

MAX_BYTES = 64 << 20
FAULTS = (gzip.BadGzipFile, EOFError, zlib.error)
"""What a body raises that is no gzip, or not all of one."""

_START_BYTES = 1 << 20  # more than the largest item, and each names its key


def unpacked_start(body: bytes) -> bytes:
    """The first items of what gzip has packed. Raises FAULTS."""
    return _unpacked(body, _START_BYTES)


def unpacked(body: bytes) -> bytes:
    """What gzip has packed. Raises FAULTS and BodyTooLargeError."""
    found = _unpacked(body, MAX_BYTES + 1)
    if len(found) > MAX_BYTES:
        raise BodyTooLargeError(MAX_BYTES)
    return found


def _unpacked(body: bytes, most_bytes: int) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
        return packed.read(most_bytes)
