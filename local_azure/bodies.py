"""Bodies: of requests, read no further than they may be long, and of answers, in which any text may stand."""
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse


class BodyTooLargeError(Exception):
    """Nobody sends as much at once."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"The body is larger than {most_bytes >> 20} MB")


class AsciiJson(JSONResponse):
    """JSON in ASCII: what was sent is answered as it is, a lone surrogate and a NaN too."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()


async def read_body(request: Request, most_bytes: int) -> bytes:
    """Raises BodyTooLargeError."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > most_bytes:
            raise BodyTooLargeError(most_bytes)
    return bytes(found)
