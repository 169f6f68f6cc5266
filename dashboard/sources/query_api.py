"""Azure's query API as a source: that of Application Insights, of a Log Analytics workspace, and the local Azure's.

The two of Azure differ in their address and in whom a token is for; requests and answers are the same ("Azure Monitor
Log Analytics API", "Application Insights REST API"). azure-monitor-query knows only the second, and makes Python values
of each cell, of which the page would want JSON again.
"""
import json
import ssl
import threading
import time
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
from azure.core.credentials import TokenCredential

from azure_access.deadline import Deadline
from azure_access.errors import IdentityError
from azure_access.tokens import TokenSource
from azure_access.transient import parse_retry_after
from dashboard.sources.pace import Pace, throttled
from dashboard.sources.refusals import refusal
from dashboard.sources.source import About, Answer, Column, SourceError

MOST_QUERY_SECONDS = 600  # "Timeouts" of the API: three minutes where a request does not say, ten at most
USUAL_WAIT_SECONDS = 30.0  # after a 429 that does not say how long

_CONNECT_SECONDS, _MARGIN_SECONDS = 10, 15
_TOKEN_SECONDS = 30
_TRIES, _PAUSE_SECONDS = 2, 1.0
_THIS_MACHINE = "https://127.0.0.1:"  # no proxy leads there
_AGAIN = frozenset({401, 408, 500, 502, 503})  # 401 with a new token; not 504: the query would take too long again
_RECORDS = """traces
| where timestamp > datetime({since}) and tostring(customDimensions.type) in ('run_detail', 'invalid_event')
| count"""
_LATE = timedelta(hours=1)  # from the sending of a record until it can be asked for, at most


@dataclass(frozen=True, slots=True)
class Api:
    """`url` takes the query; a token for `scope` opens it to those who have the `role` on `resource`. `authority` is a
    file of certificates to trust instead of the usual ones. `translate` puts in the names that tables and columns have
    there, and `column_before` finds a column of a line in the query before that."""

    url: str
    scope: str
    resource: str
    role: str
    authority: str | None = None
    query_seconds: int = 180
    translate: Callable[[str], str] = str
    column_before: Callable[[str, int, int], int] = lambda text, line, column: column


class QueryApi:
    """`clock` counts seconds, and `pause` waits for some."""

    def __init__(self, api: Api, credential: TokenCredential, about: About, *,
                 clock: Callable[[], float] = time.monotonic, pause: Callable[[float], None] = time.sleep) -> None:
        self._api, self.about = api, about
        self._tokens = TokenSource(credential, api.scope)
        self._clock, self._pause, self._pace = clock, pause, Pace(clock)
        self._client = httpx.Client(
            verify=ssl.create_default_context(cafile=api.authority) if api.authority else True,
            trust_env=not api.url.startswith(_THIS_MACHINE),
            timeout=httpx.Timeout(api.query_seconds + _MARGIN_SECONDS, connect=_CONNECT_SECONDS))
        since = (datetime.now(timezone.utc) - _LATE).isoformat(timespec="seconds")
        self._counting = _RECORDS.format(since=since)
        self._lock = threading.Lock()
        self._counted: int | SourceError = 0
        self._count_again = clock()

    def query(self, text: str) -> Answer:
        try:
            return self._query(self._api.translate(text))
        except SourceError as exc:
            if exc.line and exc.column:
                exc.column = self._api.column_before(text, exc.line, exc.column)
            raise

    def count_records(self) -> int:
        """Since an hour before the start: asked at most once in a refresh interval, whether it went well or not."""
        with self._lock:
            if self._clock() >= self._count_again:
                try:
                    # Whoever asks for more than the number may go; the number is for all.
                    self._counted = int(Context().run(self.query, self._counting).rows[0][0])
                except SourceError as exc:
                    self._counted = exc
                self._count_again = self._clock() + self.about.refresh_seconds
            if isinstance(self._counted, SourceError):
                raise self._counted
            return self._counted

    def close(self) -> None:
        self._client.close()

    def _query(self, text: str) -> Answer:
        for tries_left in reversed(range(_TRIES)):
            with self._pace.turn():
                found = self._ask(text, is_last=not tries_left)
            if found is not None:
                return found
            self._pause(_PAUSE_SECONDS)
        raise AssertionError("the last try answers or raises")

    def _ask(self, text: str, is_last: bool) -> Answer | None:
        """None where another try may help."""
        try:
            response = self._client.post(self._api.url, json={"query": text}, headers={
                "Authorization": f"Bearer {self._tokens.get(Deadline(_TOKEN_SECONDS))}",
                "Prefer": f"wait={self._api.query_seconds}"})
            if response.status_code == 429:
                wait_seconds = parse_retry_after(response.headers.get("Retry-After")) or USUAL_WAIT_SECONDS
                self._pace.hold(wait_seconds)
                raise throttled(wait_seconds)
            if response.is_success:
                return _answer(response.json())
            if response.status_code == 401:
                self._tokens.forget()
            if response.status_code in _AGAIN and not is_last:
                return None
            raise refusal(response, self._api.resource, self._api.role, self._api.query_seconds)
        except IdentityError as exc:
            raise SourceError(str(exc)) from exc
        except (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError) as exc:
            if not is_last and not isinstance(exc, httpx.ReadTimeout):
                return None
            raise SourceError(f"{self._api.resource} was not reached, or its answer was cut off "
                              f"({type(exc).__name__}): check the network; the page asks again by itself",
                              wait_seconds=USUAL_WAIT_SECONDS) from exc


def _answer(body: Any) -> Answer:
    table = body["tables"][0]
    columns = tuple(Column(column["name"], column["type"]) for column in table["columns"])
    dynamic = [index for index, column in enumerate(columns) if column.type == "dynamic"]
    return Answer(columns, [_with_json(row, dynamic) for row in table["rows"]], _lacks(body.get("error")))


def _with_json(row: list[Any], dynamic: list[int]) -> list[Any]:
    """The API sends dynamic values as JSON text."""
    for index in dynamic:
        if isinstance(row[index], str):
            try:
                row[index] = json.loads(row[index])
            except ValueError:  # a dynamic value that is a text
                pass
    return row


def _lacks(error: Any) -> str:
    """An answer may come with an error: the rows are then not all, 500,000 or 100 MB of them for instance."""
    if not isinstance(error, dict):
        return ""
    details = [str(detail["message"]) for detail in error.get("details") or [] if detail.get("message")]
    return " ".join(details or [str(error.get("message") or "The answer is not whole.")])
