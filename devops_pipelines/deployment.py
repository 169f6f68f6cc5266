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
_PASSING_STATUSES = frozenset({404, 408, 429, 500, 502, 503, 504})  # a function that is being deployed is not found yet


class RefusedError(Exception):
    """A service refused a request, and would refuse it again."""


class NotNowError(Exception):
    """A service could not be reached, or not answer; it may be able to soon."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """`function_url` is the function app's, `query_url` that of its Application Insights; the secrets are the app's
    system key `eventgrid_extension`, and a token for `https://api.applicationinsights.io`."""

    function_url: str
    function_key: str = field(repr=False)
    query_url: str
    query_token: str = field(repr=False)

    def deliver(self, event: Mapping[str, Any]) -> None:
        """Returns when the function has handled the event with success. Raises RefusedError or NotNowError."""
        parameters = urllib.parse.urlencode({"functionName": FUNCTION, "code": self.function_key})
        _post(f"{self.function_url.rstrip('/')}/runtime/webhooks/EventGrid?{parameters}", [event],
              {"aeg-event-type": "Notification"}, "the function")

    def query(self, text: str) -> list[dict[str, Any]]:
        """The rows of the answer to a Kusto query. Raises RefusedError or NotNowError."""
        body = _post(self.query_url, {"query": text}, {"Authorization": f"Bearer {self.query_token}"},
                     "Application Insights")
        try:
            [table] = json.loads(body)["tables"]
            names = [column["name"] for column in table["columns"]]
            return [dict(zip(names, row, strict=True)) for row in table["rows"]]
        except (ValueError, LookupError, TypeError) as exc:
            raise RefusedError(f"what {self.query_url} answered is no answer to a query: check the address") from exc


def _post(url: str, body: Any, headers: Mapping[str, str], service: str) -> bytes:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
            content: bytes = response.read()
            return content
    except urllib.error.HTTPError as exc:
        answer = exc.read(1_000).decode("utf-8", "replace").strip()
        problem = f"{service} answered HTTP {exc.code}" + (f": {answer}" if answer else "")
        raise (NotNowError if exc.code in _PASSING_STATUSES else RefusedError)(problem) from exc
    except (OSError, http.client.HTTPException) as exc:  # no connection, no answer in time, or one that broke off
        raise NotNowError(f"{service} could not be reached: {getattr(exc, 'reason', exc) or repr(exc)}") from exc
