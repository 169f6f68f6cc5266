"""An event subscription as Azure Resource Manager and Azure Monitor show it: is it there, and what did it deliver?

Asked are "System Topic Event Subscriptions - Get" and "Metrics - List" of Azure's REST API.
"""
import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from .deployment import RefusedError, ask

DELIVERED, FAILED, DEAD_LETTERED, DROPPED = METRICS = (
    "DeliverySuccessCount", "DeliveryAttemptFailCount", "DeadLetteredCount", "DroppedEventCount")
PERIOD = timedelta(days=1)

_API_VERSION, _METRICS_API_VERSION = "2025-02-15", "2018-01-01"
_SERVICE = "Azure Resource Manager"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One of a system topic. `resource_id` is that of the subscription, `token` one for the address of the service."""

    resource_id: str
    management_url: str
    token: str = field(repr=False)

    def state(self) -> str:
        """Its provisioning state, `Succeeded` where all is well. Raises NotNowError and RefusedError, the one or the
        other of status 404 where there is none."""
        found = self._get(self.resource_id, {"api-version": _API_VERSION})
        return str(found["properties"]["provisioningState"])

    def counts(self, now: datetime | None = None) -> Mapping[str, int]:
        """How many events of the last day there were of each of `METRICS`. Raises RefusedError or NotNowError."""
        until = now or datetime.now(UTC)
        topic, _, name = self.resource_id.partition("/eventSubscriptions/")
        found = self._get(f"{topic}/providers/Microsoft.Insights/metrics", {
            "api-version": _METRICS_API_VERSION, "metricnames": ",".join(METRICS), "aggregation": "Total",
            "interval": "PT1H", "timespan": f"{until - PERIOD:%Y-%m-%dT%H:%M:%SZ}/{until:%Y-%m-%dT%H:%M:%SZ}",
            "$filter": f"EventSubscriptionName eq '{name}'"})
        return {metric["name"]["value"]: round(sum(point.get("total") or 0 for series in metric["timeseries"]
                                                   for point in series["data"]))
                for metric in found["value"]}

    def _get(self, path: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        query = urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)
        body = ask(f"{self.management_url.rstrip('/')}{urllib.parse.quote(path)}?{query}", _SERVICE,
                   {"Authorization": f"Bearer {self.token}"})
        try:
            found = json.loads(body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise RefusedError(f"what {self.management_url} answered is no resource: check the address")
        return found
