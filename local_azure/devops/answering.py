"""What all routes of the REST API share: the token, bodies that are JSON, and errors in the service's form.

Who has no token is answered 401; who has one that is not good, or no longer, gets what browsers get, a page to sign in,
with 203.
"""
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from local_azure import bodies
from local_azure.devops.errors import DevOpsError, InvalidRequestError
from local_azure.devops.models import Organization

MOST_BYTES = 104_857_600  # of a request
Handler = Callable[[Organization, Request], Awaitable[Response]]
_SIGN_IN = "<!DOCTYPE html><html lang=en><title>Azure DevOps Services | Sign In</title><body>Sign in</body></html>"


def guarded(organization: Organization, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """The handler for those who have a token."""
    async def answer(request: Request) -> Response:
        authorization = request.headers.get("Authorization")
        if not authorization:
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        if not organization.allows(authorization):
            return HTMLResponse(_SIGN_IN, 203)
        try:
            return await handler(organization, request)
        except DevOpsError as exc:
            return exc.answer()

    return answer


async def read_json(request: Request) -> Any:
    """Raises InvalidRequestError, or DevOpsError for a body that is too large."""
    body = await read_body(request)
    try:
        content = json.loads(body, parse_constant=_refuse)
        json.dumps(content, ensure_ascii=False, allow_nan=False).encode()  # not so half a character, nor 1e999
    except (ValueError, RecursionError) as exc:
        raise InvalidRequestError(f"The body is no JSON: {exc}") from exc
    return content


def _refuse(constant: str) -> None:
    """JSON has no NaN and no Infinity."""
    raise ValueError(constant)


async def read_body(request: Request) -> bytes:
    """Raises DevOpsError for one that is too large."""
    try:
        return await bodies.read_body(request, MOST_BYTES)
    except bodies.BodyTooLargeError as exc:
        raise DevOpsError(413, f"A request may have {MOST_BYTES} bytes.") from exc
