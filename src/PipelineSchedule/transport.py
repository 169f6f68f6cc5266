"""Requests to Azure with a token, each with a deadline, and a few attempts where another can do no harm.

A request that starts something is sent again only where the service has not begun with it: it said when to come back,
or no connection came about. Everything else may have been done, and its answer is lost.
"""
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from azure_access.answers import Fields, parse_json
from azure_access.connections.errors import UnsentError
from azure_access.connections.kept_connections import KeptConnections
from azure_access.deadline import Deadline
from azure_access.errors import IdentityUnavailableError, MonitorError
from azure_access.exchanges import Sent, exchange, time_of
from azure_access.tokens import TokenSource
from azure_access.transient import TRANSIENT_STATUSES, parse_retry_after

from .refusals import unavailable

_MOST_SECONDS = 10.0  # for one request
_CONNECTING_SECONDS = 3.0
_CONNECTIONS = 10  # kept open, to each host


class LostAnswerError(MonitorError):
    """The request may have been done: nobody knows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Of whatever status. `fields` are empty where the body is no JSON object, `items` where it is no array; `time` is
    by the clock of whoever answered."""

    status: int
    fields: Fields
    time: datetime
    items: tuple[Any, ...] = ()
    retry_after_seconds: float | None = None

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        """What the service says is wrong."""
        return self.fields.text("error", "message") or self.fields.text("message") or "it does not say why"


class Transport:
    """For one audience; safe to use from many threads."""

    def __init__(self, tokens: TokenSource, connections: KeptConnections | None = None):
        self._tokens, self._connections = tokens, connections or KeptConnections(_CONNECTIONS)

    def ask(self, what: str, url: str, deadline: Deadline, *, method: str = "GET",
            body: Mapping[str, Any] | None = None) -> Answer:
        """For requests that may be repeated. Raises MonitorError where there is no answer."""
        for attempt in deadline.attempts():
            try:
                answer = self._send(method, url, body, {}, deadline)
            except IdentityUnavailableError:
                if not attempt.pause():
                    raise
                continue
            except OSError as exc:
                if not attempt.pause():
                    raise unavailable(f"{what}: Azure Machine Learning cannot be reached, {exc}; try again later"
                                      ) from exc
                continue
            if answer.status not in TRANSIENT_STATUSES or not attempt.pause(answer.retry_after_seconds):
                return answer
        raise unavailable(f"{what}: no time is left")

    def start(self, what: str, url: str, deadline: Deadline, body: Mapping[str, Any],
              headers: Mapping[str, str]) -> Answer:
        """For requests that start something. Raises LostAnswerError, or another error where nothing was begun."""
        for attempt in deadline.attempts():
            try:
                answer = self._send("POST", url, body, headers, deadline)
            except IdentityUnavailableError:  # nothing was sent
                if not attempt.pause():
                    raise
                continue
            except UnsentError as exc:
                if not attempt.pause():
                    raise unavailable(f"{what}: Azure Machine Learning cannot be reached, {exc}; try again later"
                                      ) from exc
                continue
            except OSError as exc:
                raise LostAnswerError(f"{what}: no answer of Azure Machine Learning: {exc}") from exc
            is_refused = answer.status == 429 or answer.status == 503 and answer.retry_after_seconds is not None
            if not is_refused and answer.status in TRANSIENT_STATUSES:
                raise LostAnswerError(f"{what}: Azure Machine Learning answered with HTTP {answer.status}")
            if not is_refused or not attempt.pause(answer.retry_after_seconds):
                return answer
        raise unavailable(f"{what}: no time is left")

    def _send(self, method: str, url: str, body: Mapping[str, Any] | None, headers: Mapping[str, str],
              deadline: Deadline) -> Answer:
        """Where a token is refused, nothing was done, and another one is tried."""
        answer = self._send_once(method, url, body, headers, deadline)
        if answer.status == 401:
            self._tokens.forget()
            answer = self._send_once(method, url, body, headers, deadline)
        return answer

    def _send_once(self, method: str, url: str, body: Mapping[str, Any] | None, headers: Mapping[str, str],
                   deadline: Deadline) -> Answer:
        sent = Sent(method, url, self._tokens.get(deadline), None if body is None else json.dumps(body).encode(),
                    headers={"Accept": "application/json",
                             **({} if body is None else {"Content-Type": "application/json"}), **headers})
        seconds = min(_MOST_SECONDS, deadline.remaining_seconds())  # after the token, which may take some of them
        received = exchange(self._connections, sent, seconds, _CONNECTING_SECONDS)
        content = _parse(received.body)
        return Answer(received.status_code, Fields(content), time_of(received),
                      tuple(content) if isinstance(content, list) else (),
                      parse_retry_after(received.headers.get("Retry-After")))


def _parse(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        return None
