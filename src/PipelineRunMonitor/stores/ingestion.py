"""Posts telemetry items to the ingestion service until each is accepted or refused for good, within a deadline.

OpenCensus' own transport drops items on 206, 400, 402 and 439 and tells nobody; here the caller always learns. With an
identity every POST carries a token, which is handed to no host but the configured one and Microsoft's own.
"""
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from azure_access.connections.kept_connections import KeptConnections
from azure_access.connections.parsing import Response
from azure_access.deadline import Deadline
from azure_access.errors import IdentityError
from azure_access.tokens import TokenSource

from .delivery import Delivery, deliver
from .verdicts import Verdict, judge

_PATH = "/v2.1/track"
_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
_CONNECTIONS = 32  # kept open, one per thread of a busy worker
_MOST_SECONDS = 10.0  # for one request
_REDIRECTS = 5
_REDIRECT_STATUSES = (307, 308)
# Of Azure's clouds: "Azure Monitor endpoints" and what connection strings hold.
_MICROSOFT = (".applicationinsights.azure.com", ".applicationinsights.azure.us", ".applicationinsights.azure.cn",
              ".applicationinsights.us", ".monitor.azure.com", ".monitor.azure.us", ".monitor.azure.cn",
              ".services.visualstudio.com")
_CHECK_ENDPOINT = "check the IngestionEndpoint of APP_INSIGHTS_CONNECTION_STRING and the network"


class IngestionClient:
    """One endpoint, over kept connections; safe to use from many threads. `token` is for a resource that takes no bare
    instrumentation key."""

    def __init__(self, endpoint: str, token: TokenSource | None = None):
        self._url = self._configured_url = endpoint + _PATH
        self._token = token
        self._connections = KeptConnections(_CONNECTIONS)

    def deliver(self, items: Sequence[Mapping[str, Any]], deadline: Deadline) -> Delivery:
        """Posts the items together, and again those that may still succeed, a few times within the deadline."""
        return deliver(lambda some: self._post(some, deadline), items, deadline)

    def _post(self, items: Sequence[Mapping[str, Any]], deadline: Deadline) -> Verdict:
        body = json.dumps(items, ensure_ascii=False, default=str).encode()
        everything = tuple(range(len(items)))
        for _ in range(_REDIRECTS):
            if not deadline.remaining_seconds():
                return Verdict(left=everything, problem="no time was left to send; Event Grid delivers the event again")
            url = self._url  # other threads may follow elsewhere meanwhile
            try:
                headers = {**_HEADERS, **self._authorization(deadline)}
                response = self._connections.send(
                    "POST", url, headers, body, min(_MOST_SECONDS, deadline.remaining_seconds()))
            except IdentityError as exc:
                return Verdict(left=everything, problem=str(exc))
            except OSError as exc:
                problem = _describe(url, exc)
                self._url = self._configured_url
                return Verdict(left=everything, problem=problem, is_transient=True)
            if response.status_code not in _REDIRECT_STATUSES:
                return self._judge(response, len(items))
            if not self._follow(url, response.headers.get("Location", "")):
                return Verdict(left=everything, problem=f"redirected to nowhere, {_CHECK_ENDPOINT}")
        self._url = self._configured_url
        return Verdict(left=everything, problem=f"redirected in a circle, {_CHECK_ENDPOINT}")

    def _authorization(self, deadline: Deadline) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token.get(deadline)}"} if self._token else {}

    def _judge(self, response: Response, count: int) -> Verdict:
        if response.status_code == 404:
            self._url = self._configured_url
        if response.status_code == 401 and self._token:
            self._token.forget()
        return judge(response.status_code, response.headers, response.body.decode("utf-8", "replace"), count)

    def _follow(self, asked: str, location: str) -> bool:
        """The service sends clients to another region's host: later requests go there at once, while it answers."""
        try:
            url = urljoin(asked, location)
            is_possible = bool(location) and self._may_go_to(urlsplit(url))
        except ValueError:  # no address at all
            is_possible = False
        self._url = url if is_possible else self._configured_url
        return is_possible

    def _may_go_to(self, url: SplitResult) -> bool:
        configured = urlsplit(self._configured_url)
        is_trusted = url.netloc == configured.netloc or (url.hostname or "").endswith(_MICROSOFT)
        return url.scheme == configured.scheme and (is_trusted or not self._token)


def _describe(url: str, exc: OSError) -> str:
    if isinstance(exc, TimeoutError):
        return f"no answer from {url} in time; Event Grid delivers the event again"
    return f"{url} could not be reached ({exc}), {_CHECK_ENDPOINT}"
