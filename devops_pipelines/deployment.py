"""A deployed function seen from outside: events go in as Event Grid posts them, records come out by Kusto queries.

Needs Python alone, so that an agent need not install anything. The webhook is that of "Azure Event Grid trigger for
Azure Functions", the queries' that of "Query - Execute" in the Application Insights REST API.
"""
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FUNCTION = "PipelineRunMonitor"

_TIMEOUT_SECONDS = 60  # a cold start and the whole time of a delivery
# What is being deployed is not found yet; 424 is a model's container that has not started.
_PASSING_STATUSES = frozenset({404, 408, 424, 429, 500, 502, 503, 504})


class ServiceError(Exception):
    """What a service answered is no success; `status` is None where it did not answer."""

    def __init__(self, message: str, status: int | None = None):
        super().__init__(message)
        self.status = status


class RefusedError(ServiceError):
    """A service refused a request, and would refuse it again."""


class NotNowError(ServiceError):
    """A service could not be reached, or not answer; it may be able to soon."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """`function_url` is the function app's, `query_url` that of its Application Insights; the secrets are the app's
    system key `eventgrid_extension`, and a token for `https://api.applicationinsights.io`."""

    function_url: str
    function_key: str = field(repr=False)
    query_url: str
    query_token: str = field(repr=False)

    def shake_hands(self) -> None:
        """Asks as Event Grid does before it delivers: a host that has loaded the function answers, which is not called.
        Raises RefusedError or NotNowError."""
        self._notify({"data": {"validationCode": "0"}}, "SubscriptionValidation")

    def deliver(self, event: Mapping[str, Any]) -> None:
        """Returns when the function has handled the event with success. Raises RefusedError or NotNowError."""
        self._notify(event, "Notification")

    def query(self, text: str) -> list[dict[str, Any]]:
        """The rows of the answer to a Kusto query. Raises RefusedError or NotNowError."""
        return query(self.query_url, self.query_token, text)

    def _notify(self, event: Mapping[str, Any], kind: str) -> None:
        parameters = urllib.parse.urlencode({"functionName": FUNCTION, "code": self.function_key})
        ask(f"{self.function_url.rstrip('/')}/runtime/webhooks/EventGrid?{parameters}", "the function",
            {"aeg-event-type": kind}, [event])


def query(url: str, token: str, text: str) -> list[dict[str, Any]]:
    """The rows of the answer to a Kusto query. Raises RefusedError or NotNowError."""
    body = ask(url, "Application Insights", {"Authorization": f"Bearer {token}"}, {"query": text})
    try:
        [table] = json.loads(body)["tables"]
        names = [column["name"] for column in table["columns"]]
        return [dict(zip(names, row, strict=True)) for row in table["rows"]]
    except (ValueError, LookupError, TypeError) as exc:
        raise RefusedError(f"what {url} answered is no answer to a query: check the address") from exc


def ask(url: str, service: str, headers: Mapping[str, str], body: Any = None) -> bytes:
    """What the service answers to the JSON that is posted, or where there is none to a GET.
    Raises RefusedError or NotNowError."""
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(),
                                     {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
            content: bytes = response.read()
            return content
    except urllib.error.HTTPError as exc:
        answer = exc.read(1_000).decode("utf-8", "replace").strip()
        problem = f"{service} answered HTTP {exc.code}" + (f": {answer}" if answer else "")
        raise (NotNowError if exc.code in _PASSING_STATUSES else RefusedError)(problem, exc.code) from exc
    except (OSError, http.client.HTTPException) as exc:  # no connection, no answer in time, or one that broke off
        raise NotNowError(f"{service} could not be reached: {getattr(exc, 'reason', exc) or repr(exc)}") from exc
