"""Requests to the services of Azure Machine Learning, whose answers are read as the JSON that they are.

Each has a deadline, that of `limited`, which the thread carries, and a few attempts where another may help.
"""
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from azure_access.answers import Fields, parse_json
from azure_access.deadline import Deadline
from azure_access.errors import RunHistoryError
from azure_access.failures import reading

NO_TIME_LEFT = "no time left to read the run; Event Grid delivers the event again"
_MOST_SECONDS = 10.0  # for one request
_CONNECTIONS = 32  # kept open, two per thread of a busy worker
_HEADERS = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}
_deadline: ContextVar[Deadline] = ContextVar("deadline")


@contextmanager
def limited(deadline: Deadline) -> Iterator[None]:
    """Requests that are made inside, or in a copy of the context there, end before the deadline."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


class Connection:
    """The services at `url` and its like, over kept connections; safe to use from many threads."""

    def __init__(self, url: str, authorize: Callable[[], str]):
        self._session = requests.Session()
        self._session.mount("https://", HTTPAdapter(pool_maxsize=_CONNECTIONS))
        self._session.auth = _Signature(authorize)
        self._session.headers.update(_HEADERS)
        # What the environment says of proxies and certificates is the same for every request.
        environment = self._session.merge_environment_settings(url, {}, None, None, None)
        self._session.proxies, self._session.verify = environment["proxies"], environment["verify"]
        self._session.trust_env = False

    def ask(self, what: str, url: str, query: Mapping[str, Any] | None = None) -> Fields:
        """What is answered at a URL, to a query if there is one. Raises MonitorError, which names `what` was asked
        for."""
        for attempt in _deadline.get().attempts():
            try:
                with reading(what):
                    return self._send(url, query)
            except RunHistoryError as exc:
                if not exc.is_transient or not attempt.pause(exc.wait_seconds):
                    raise
        raise RunHistoryError(NO_TIME_LEFT)

    def _send(self, url: str, query: Mapping[str, Any] | None) -> Fields:
        seconds = min(_MOST_SECONDS, _deadline.get().remaining_seconds())
        if not seconds:
            raise RunHistoryError(NO_TIME_LEFT)
        method, body = ("GET", None) if query is None else ("POST", json.dumps(query))
        response = self._session.request(method, url, data=body, timeout=seconds)
        response.raise_for_status()
        answer = parse_json(response.content)
        if not isinstance(answer, dict):
            raise ValueError("not an object")
        return Fields(answer)


class _Signature(AuthBase):
    """A session's own authorization: a stray .netrc does not take its place, and tokens are renewed."""

    def __init__(self, authorize: Callable[[], str]):
        self._authorize = authorize

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._authorize()
        return request
