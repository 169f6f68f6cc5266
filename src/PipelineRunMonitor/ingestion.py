"""Posts telemetry items to the ingestion service until each is accepted or refused for good, within a deadline.

OpenCensus' own transport drops items on 206, 400, 402 and 439 and tells nobody; here the caller always learns.
"""
import json
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from .deadline import Deadline
from .errors import TelemetryError
from .verdicts import Verdict, judge

_PATH = "/v2.1/track"
_CONNECTIONS = 32  # kept open, one per thread of a busy worker
_MOST_SECONDS = 10.0  # for one request
_REDIRECTS = 5
_REDIRECT_STATUSES = (307, 308)


class IngestionClient:
    """One endpoint, over kept connections; safe to use from many threads."""

    def __init__(self, endpoint: str):
        self._url = endpoint + _PATH
        self._session = requests.Session()
        self._session.mount("https://", HTTPAdapter(pool_maxsize=_CONNECTIONS))

    def deliver(self, items: Sequence[Mapping], deadline: Deadline) -> dict[int, str]:
        """Why items were refused for good, by their index; all others were accepted.

        Raises TelemetryError when an item was neither, with the cause and the cure.
        """
        refused: dict[int, str] = {}
        pending = list(range(len(items)))
        for attempt in deadline.attempts():
            verdict = self._post([items[index] for index in pending], deadline)
            refused |= {pending[index]: reason for index, reason in verdict.refused.items()}
            pending = [pending[index] for index in verdict.left]
            if not pending:
                return refused
            if verdict.is_unclear:
                return refused | self._deliver_each(items, pending, deadline)
            if not verdict.is_transient or not attempt.pause(verdict.wait_seconds):
                raise TelemetryError(f"Application Insights did not accept every record: {verdict.problem}")

    def _deliver_each(self, items: Sequence[Mapping], indices: Sequence[int], deadline: Deadline) -> dict[int, str]:
        """One request an item, so that a bad one shows."""
        return {index: reason for index in indices for reason in self.deliver([items[index]], deadline).values()}

    def _post(self, items: Sequence[Mapping], deadline: Deadline) -> Verdict:
        body = json.dumps(items, ensure_ascii=False, default=str).encode()
        for _ in range(_REDIRECTS):
            seconds = min(_MOST_SECONDS, deadline.remaining_seconds())
            if not seconds:
                raise TelemetryError("Application Insights had no time left to answer: reading the runs took it all; "
                                     "Event Grid delivers the event again")
            try:
                response = self._session.post(self._url, data=body, timeout=seconds, allow_redirects=False,
                                              headers={"Content-Type": "application/json; charset=utf-8"})
            except requests.RequestException as exc:
                return Verdict(left=tuple(range(len(items))), problem=self._describe(exc), is_transient=True)
            if response.status_code not in _REDIRECT_STATUSES:
                return judge(response.status_code, response.headers, response.text, len(items))
            self._follow(response.headers.get("Location", ""))
        raise TelemetryError(f"Application Insights redirects in a circle, last to {self._url}: check the "
                             "IngestionEndpoint of APP_INSIGHTS_CONNECTION_STRING")

    def _follow(self, location: str) -> None:
        """The service redirects to another region's host for good: later requests go there at once."""
        url = urljoin(self._url, location)
        if not location or urlsplit(url).scheme != urlsplit(self._url).scheme:
            raise TelemetryError(f"Application Insights redirects to {location!r}, which is no place for telemetry: "
                                 "check the IngestionEndpoint of APP_INSIGHTS_CONNECTION_STRING")
        self._url = url

    def _describe(self, exc: requests.RequestException) -> str:
        if isinstance(exc, requests.Timeout):
            return f"no answer from {self._url} in time; Event Grid delivers the event again"
        return (f"{self._url} could not be reached ({type(exc).__name__}): check the IngestionEndpoint of "
                "APP_INSIGHTS_CONNECTION_STRING and the network")
