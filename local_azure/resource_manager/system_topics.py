"""The system topic of the workspace as Resource Manager and Azure Monitor show it: its event subscriptions, and counts.

"System Topic Event Subscriptions - Get" and "Metrics - List", of the local Event Grid, with what it counted since it
was started in one point.
"""
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local_azure.event_grid.delivery import DeliveryService
from local_azure.resource_manager.routes import error, refusal
from local_azure.scenarios.models import Workspace

_PATH = ("/subscriptions/{subscription_id}/resourceGroups/{resource_group}/providers/Microsoft.EventGrid/systemTopics"
         "/{topic}")
_COUNTERS = {"PublishSuccessCount": "published", "MatchedEventCount": "matched", "DeliverySuccessCount": "delivered",
             "DeliveryAttemptFailCount": "retried", "DeadLetteredCount": "dead_lettered",
             "DroppedEventCount": "dropped"}
"""The service's names for what is counted."""


def topic_id(workspace: Workspace) -> str:
    """Named as the deployment names it."""
    return _PATH.format(subscription_id=workspace.subscription_id, resource_group=workspace.resource_group,
                        topic=f"{workspace.name.replace('_', '-')}-events")


class SystemTopics:
    """One topic; `delivery` is asked for at each request, because Event Grid starts after this."""

    def __init__(self, workspace: Workspace, delivery: Callable[[], DeliveryService], is_valid: Callable[[str], bool]):
        self._id, self._delivery, self._is_valid = topic_id(workspace), delivery, is_valid

    def routes(self) -> list[Route]:
        return [Route(f"{_PATH}/eventSubscriptions/{{name}}", self._get_subscription),
                Route(f"{_PATH}/providers/Microsoft.Insights/metrics", self._list_metrics)]

    async def _get_subscription(self, request: Request) -> JSONResponse:
        if refused := self._refusal(request):
            return refused
        name = request.path_params["name"]
        found = self._delivery().subscriptions.get(name)
        if found is None:
            return error(404, "ResourceNotFound", f"Event subscription {name} was not found.")
        return JSONResponse({
            "id": f"{self._id}/eventSubscriptions/{name}", "name": name,
            "type": "Microsoft.EventGrid/systemTopics/eventSubscriptions",
            "properties": {"provisioningState": "Succeeded", "eventDeliverySchema": found.event_schema,
                           "destination": {"endpointType": "WebHook"}}})

    async def _list_metrics(self, request: Request) -> JSONResponse:
        if refused := self._refusal(request):
            return refused
        names = request.query_params.get("metricnames", "").split(",")
        if unknown := [name for name in names if name not in _COUNTERS]:
            return error(400, "BadRequest", f"Failed to find metric configuration for metric: {unknown[0]}")
        wanted = request.query_params.get("$filter", "").partition(" eq ")[2].strip("'")
        counters = [found for name, found in self._delivery().counters.items() if wanted in ("", "*", name)]
        return JSONResponse({"value": [
            {"name": {"value": name}, "unit": "Count", "timeseries": [
                {"data": [{"total": float(getattr(found, _COUNTERS[name]))}]} for found in counters]}
            for name in names]})

    def _refusal(self, request: Request) -> JSONResponse | None:
        if _PATH.format_map({"topic": "", **request.path_params}) != self._id:
            return error(404, "ResourceNotFound", "The system topic was not found.")
        return refusal(request, self._is_valid)
