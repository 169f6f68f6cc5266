"""Bodies of requests, read no further than they may be long."""
from starlette.requests import Request


class BodyTooLargeError(Exception):
    """Nobody sends as much at once."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"The body is larger than {most_bytes >> 20} MB")


async def read_body(request: Request, most_bytes: int) -> bytes:
    """Raises BodyTooLargeError."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > most_bytes:
            raise BodyTooLargeError(most_bytes)
    return bytes(found)
