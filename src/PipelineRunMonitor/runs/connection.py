"""Requests to the services of Azure Machine Learning, whose answers are read as the JSON that they are.

Each has a deadline, that of `limited`, which the thread carries, and a few attempts where another may help. Inside of
`sharing` what was asked before is not asked again.
"""
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from azure_access.answers import Fields, parse_json
from azure_access.connections.kept_connections import KeptConnections
from azure_access.connections.parsing import Response
from azure_access.deadline import Deadline
from azure_access.errors import RunHistoryError
from azure_access.failures import reading
from azure_access.tokens import TokenSource

from .shared_reads import SharedReads

_MOST_SECONDS = 10.0  # for one request
_CONNECTIONS = 80  # kept open: what is asked at once for 16 runs
_LEAST_FAILURE = 300  # of statuses
_HEADERS = {"Accept": "application/json"}
_HEADERS_OF_QUERY = {**_HEADERS, "Content-Type": "application/json; charset=utf-8"}
_deadline: ContextVar[Deadline] = ContextVar("deadline")
_answers: ContextVar[SharedReads[Fields] | None] = ContextVar("answers", default=None)


@contextmanager
def limited(deadline: Deadline) -> Iterator[None]:
    """Requests that are made inside, or in a copy of the context there, end before the deadline."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


@contextmanager
def sharing(answers: SharedReads[Fields]) -> Iterator[None]:
    """Requests that are made inside, or in a copy of the context there, share these answers."""
    token = _answers.set(answers)
    try:
        yield
    finally:
        _answers.reset(token)


def no_time_left(what: str) -> str:
    return f"no time left to read {what}; Event Grid delivers the event again"


class Connection:
    """Services that take the same tokens, over kept connections; safe to use from many threads."""

    def __init__(self, tokens: TokenSource):
        self._tokens = tokens
        self._connections = KeptConnections(_CONNECTIONS)

    def ask(self, what: str, url: str, query: Mapping[str, Any] | None = None) -> Fields:
        """What is answered at a URL, to a query if there is one. Raises MonitorError, which names `what` was asked
        for."""
        body = None if query is None else json.dumps(query)
        deadline, answers = _deadline.get(), _answers.get()
        if answers is None:
            return self._ask(what, url, body, deadline)
        return answers.read((url, body), lambda: self._ask(what, url, body, deadline), deadline)

    def _ask(self, what: str, url: str, body: str | None, deadline: Deadline) -> Fields:
        for attempt in deadline.attempts():
            if not deadline.remaining_seconds():
                break
            try:
                with reading(what):
                    return self._send(url, body, deadline)
            except RunHistoryError as exc:
                if not exc.is_transient or not attempt.pause(exc.wait_seconds):
                    raise
        raise RunHistoryError(no_time_left(what))

    def _send(self, url: str, body: str | None, deadline: Deadline) -> Fields:
        authorization = {"Authorization": f"Bearer {self._tokens.get(deadline)}"}
        seconds = min(_MOST_SECONDS, deadline.remaining_seconds())  # after the token, which may take some of them
        if body is None:
            response = self._connections.send("GET", url, _HEADERS | authorization, None, seconds)
        else:
            response = self._connections.send("POST", url, _HEADERS_OF_QUERY | authorization, body.encode(), seconds)
        if response.status_code == 401:
            self._tokens.forget()
        if response.status_code >= _LEAST_FAILURE:
            raise _StatusError(response)
        answer = parse_json(response.body)
        if not isinstance(answer, dict):
            raise ValueError("not an object")
        return Fields(answer)


class _StatusError(Exception):
    """The service answered that it does not do it."""

    def __init__(self, response: Response):
        super().__init__(f"HTTP {response.status_code}")
        self.response = response
