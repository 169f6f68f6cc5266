"""Requests to Azure DevOps and Azure Machine Learning, within a deadline, again where another attempt can do no harm.

An answer is read no further than it may be long. Who is not let in gets a page to sign in from Azure DevOps, with a
status of success (203), or hears that there is no such project: that is no answer either. A token that cannot be had
just now is waited for like a service that is down.
"""
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from azure_access.answers import Fields, parse_json
from azure_access.connections.errors import AnswerTooLongError, UnsentError
from azure_access.connections.kept_connections import KeptConnections
from azure_access.connections.parsing import Response
from azure_access.deadline import Deadline
from azure_access.errors import IdentityUnavailableError, MonitorError
from azure_access.exchanges import Sent, exchange, time_of
from azure_access.transient import TRANSIENT_STATUSES, parse_retry_after
from redaction.redactor import redact_text

from .errors import NotThereError, RefusedError

MOST_BYTES = 10_485_760
_MOST_SECONDS = 60.0  # between two parts of an answer
_CONNECTING_SECONDS = 5.0
_SIGN_IN_STATUSES = (203, 302)
_QUOTED = 300  # characters of what the service says
_SILENT = "it does not say why"


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
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of success as a JSON object, and when it was given, as `time_of` tells."""

    fields: Fields
    time: datetime


@dataclass(frozen=True, slots=True)
class Service:
    """Who is asked: the errors of it when it is down and when it lets nobody in, and where its health or the cure
    stands. `hiding` are the codes with which it says that something is not there, or not for the caller.
    `explains`: it says in JSON why it refuses, so that a 404 without that is not its own."""

    name: str
    unavailable: type[MonitorError]
    health: str
    refused: type[MonitorError]
    cure: str
    has_sign_in_page: bool = False
    hiding: tuple[str, ...] = ()
    explains: bool = False


class Transport:
    """`token` returns one within a deadline; without it none is sent. `forget` is called when it was refused, and then
    another one is tried."""

    def __init__(self, service: Service, connections: KeptConnections, token: Callable[[Deadline], str] | None = None,
                 forget: Callable[[], None] | None = None) -> None:
        self._service, self._connections, self._token, self._forget = service, connections, token, forget

    def ask(self, request: Request, deadline: Deadline) -> bytes:
        """The body of an answer of success.

        Raises NotThereError, RefusedError and the errors of the service.
        """
        return self._receive(request, deadline).body

    def ask_fields(self, request: Request, deadline: Deadline) -> Fields:
        """As `ask`; the body as a JSON object, without members where it is empty."""
        return self.ask_told(request, deadline).fields

    def ask_told(self, request: Request, deadline: Deadline) -> Told:
        """As `ask_fields`, with the time."""
        received = self._receive(request, deadline)
        try:
            return Told(Fields(parse_json(received.body or b"{}")), time_of(received))
        except ValueError as exc:
            raise self._service.unavailable(f"{request.what}: the answer of {self._service.name} is no JSON") from exc

    def _receive(self, request: Request, deadline: Deadline) -> Response:
        problem = "no time is left"
        for attempt in deadline.attempts():
            wait_seconds = None
            try:
                received = self._send(request, deadline)
            except IdentityUnavailableError as exc:
                if not attempt.pause():
                    raise self._service.unavailable(f"{request.what}: {exc}") from exc
                continue
            except OSError as exc:
                problem = str(exc)
                is_over = not (request.repeatable or isinstance(exc, UnsentError))
            else:
                if received.status_code not in TRANSIENT_STATUSES:
                    self._check(request, received)
                    return received
                problem = f"HTTP {received.status_code} from {self._service.name}"
                wait_seconds = parse_retry_after(received.headers.get("Retry-After"))
                is_over = not (request.repeatable or received.status_code == 429)
            if is_over or not attempt.pause(wait_seconds):
                break
        raise self._service.unavailable(f"{request.what}: {problem}; if this lasts, look at {self._service.health}")

    def _send(self, request: Request, deadline: Deadline) -> Response:
        """Where a token is refused, nothing was done, and another one is tried."""
        received = self._send_once(request, deadline)
        if self._forget and self._is_unknown(received):
            self._forget()
            received = self._send_once(request, deadline)
        return received

    def _send_once(self, request: Request, deadline: Deadline) -> Response:
        kind = "application/octet-stream" if request.raw is not None else "application/json"
        data = request.raw if request.body is None else json.dumps(request.body).encode()
        sent = Sent(request.method, request.url, self._token(deadline) if self._token else None, data, request.query,
                    {**({} if data is None else {"Content-Type": kind}), **request.headers}, request.most_bytes)
        try:
            return exchange(self._connections, sent, deadline.remaining_seconds(), _CONNECTING_SECONDS, _MOST_SECONDS)
        except AnswerTooLongError as exc:
            raise RefusedError(f"{request.what}: it has more than {request.most_bytes:,} bytes") from exc

    def _check(self, request: Request, received: Response) -> None:
        service, status = self._service, received.status_code
        if status == 403 or self._is_unknown(received):
            if self._forget:
                self._forget()
            raise service.refused(f"{request.what}: {service.name} does not let the function in (HTTP {status}): "
                                  f"{service.cure}")
        if 200 <= status < 300:
            return
        said = _said(received.body)
        if said and any(code in said for code in service.hiding):
            raise service.refused(f"{request.what}: {service.name} shows it to nobody, or not to the function "
                                  f"({said}): {service.cure}")
        if status == 404 and service.explains and not said:
            raise service.unavailable(f"{request.what}: HTTP 404 that is not {service.name}'s own; if this lasts, look "
                                      f"at the address {urlsplit(request.url).netloc} and at {service.health}")
        if status == 404:
            raise NotThereError(f"{request.what}: {said or _SILENT}")
        raise RefusedError(f"{request.what}: {service.name} answers {status}: {said or _SILENT}")

    def _is_unknown(self, received: Response) -> bool:
        """Who asks, to the service."""
        signs_in = self._service.has_sign_in_page and (received.status_code in _SIGN_IN_STATUSES or (
            received.status_code < 300 and received.headers.get("Content-Type", "").startswith("text/html")))
        return received.status_code == 401 or signs_in


def _said(content: bytes) -> str | None:
    try:
        fields = Fields(parse_json(content))
    except ValueError:
        return None
    text = fields.text("message") or fields.text("error", "message")
    return text and redact_text(text)[:_QUOTED]
