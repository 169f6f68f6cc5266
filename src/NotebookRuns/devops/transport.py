"""Requests to Azure DevOps with a token, within a deadline, again where another attempt can do no harm.

An answer is read no further than it may be long. Who is not let in gets a page to sign in, with a status of success
(203): that is no answer either.
"""
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.auth import AuthBase

from azure_access.answers import Fields, parse_json
from azure_access.deadline import Deadline
from azure_access.errors import IdentityError
from azure_access.transient import TRANSIENT_STATUSES, parse_retry_after
from NotebookRuns.errors import DevOpsUnavailableError, NotThereError, RefusedError

SCOPE = "499b84ac-1321-427f-aa17-267ca6975798/.default"
"""Of the token of an identity: Azure DevOps as an application."""
MOST_BYTES = 10_485_760
_MOST_SECONDS = 60.0  # between two parts of an answer
_CONNECTING_SECONDS = 5.0
_CHUNK = 1_048_576
_SIGN_IN_STATUSES = (203, 302)
_QUOTED = 300  # characters of what the service says


@dataclass(frozen=True, slots=True)
class Request:
    """`what` names it in errors. One that is not `repeatable` is sent again only where nothing can have been done."""

    what: str
    method: str
    url: str
    query: Mapping[str, str]
    body: Any = None
    raw: bytes | None = None
    repeatable: bool = True
    most_bytes: int = MOST_BYTES


class _Bearer(AuthBase):
    """As a header alone, requests would let an entry of a .netrc file take its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Transport:
    """Over the connections that the session keeps. `token` returns one within a deadline."""

    def __init__(self, token: Callable[[Deadline], str], session: requests.Session) -> None:
        self._token, self._session = token, session

    def ask(self, request: Request, deadline: Deadline) -> bytes:
        """The body of an answer of success.

        Raises IdentityError, NotThereError or RefusedError, which no other attempt mends, and DevOpsUnavailableError.
        """
        problem = "no time is left"
        for attempt in deadline.attempts():
            wait_seconds = None
            try:
                status, headers, content = self._send(request, deadline)
            except requests.RequestException as exc:
                problem = f"no answer ({type(exc).__name__})"
                is_over = not (request.repeatable or isinstance(exc, requests.ConnectTimeout))
            else:
                if status not in TRANSIENT_STATUSES:
                    _check(request, status, headers, content)
                    return content
                problem, wait_seconds = f"HTTP {status}", parse_retry_after(headers.get("Retry-After"))
                is_over = not (request.repeatable or status == 429)
            if is_over or not attempt.pause(wait_seconds):
                break
        raise DevOpsUnavailableError(f"{request.what}: {problem} from Azure DevOps; if this lasts, look at "
                                     "https://status.dev.azure.com")

    def ask_fields(self, request: Request, deadline: Deadline) -> Fields:
        """As `ask`; the body as a JSON object."""
        try:
            return Fields(parse_json(self.ask(request, deadline)))
        except ValueError as exc:
            raise DevOpsUnavailableError(f"{request.what}: the answer of Azure DevOps is no JSON") from exc

    def _send(self, request: Request, deadline: Deadline) -> tuple[int, Mapping[str, str], bytes]:
        token = self._token(deadline)
        seconds = min(_MOST_SECONDS, deadline.remaining_seconds())
        if not seconds:
            raise requests.ConnectTimeout("no time is left")
        kind = "application/octet-stream" if request.raw is not None else "application/json"
        data = request.raw if request.body is None else json.dumps(request.body).encode()
        with self._session.request(
                request.method, request.url, params=request.query, data=data, stream=True, allow_redirects=False,
                headers={} if data is None else {"Content-Type": kind}, auth=_Bearer(token),
                timeout=(min(_CONNECTING_SECONDS, seconds), seconds)) as response:
            return response.status_code, response.headers, _read(response, request, deadline)


def _read(response: requests.Response, request: Request, deadline: Deadline) -> bytes:
    content = bytearray()
    for part in response.iter_content(_CHUNK):
        content += part
        if len(content) > request.most_bytes:
            raise RefusedError(f"{request.what}: it has more than {request.most_bytes:,} bytes")
        if not deadline.remaining_seconds():
            raise requests.ReadTimeout("no time is left")
    return bytes(content)


def _check(request: Request, status: int, headers: Mapping[str, str], content: bytes) -> None:
    is_page = headers.get("Content-Type", "").startswith("text/html")
    if status in (401, 403, *_SIGN_IN_STATUSES) or status < 300 and is_page:
        raise IdentityError(f"{request.what}: Azure DevOps does not let the function in (HTTP {status}): add the "
                            "identity of the Function App to the organisation, as a user with access to the project; "
                            "if the task's own token is used, it has expired")
    if status == 404:
        raise NotThereError(f"{request.what}: {_said(content)}")
    if not 200 <= status < 300:
        raise RefusedError(f"{request.what}: Azure DevOps answers {status}: {_said(content)}")


def _said(content: bytes) -> str:
    try:
        text = Fields(parse_json(content)).text("message")
    except ValueError:
        text = None
    return (text or "it does not say why")[:_QUOTED]
