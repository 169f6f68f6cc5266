"""The requests with which endpoints and deployments are managed, as Resource Manager takes them."""
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from local_azure.bodies import AsciiJson
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.online_endpoints.deployments import CREATING, FAILED, NOT_READY, Deployment
from local_azure.machine_learning.online_endpoints.models import Endpoint, OnlineEndpoints
from local_azure.machine_learning.resources import ResourceAnswer, ResourceCall

_ENDPOINTS, _ENDPOINT = "/onlineEndpoints", "/onlineEndpoints/{endpoint}"
_DEPLOYMENTS, _DEPLOYMENT = f"{_ENDPOINT}/deployments", f"{_ENDPOINT}/deployments/{{deployment}}"
_OPERATION = "/onlineOperations/{operation}"
_TYPE = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"


class ManagementRoutes:
    """`url` is where endpoints answer."""

    def __init__(self, endpoints: OnlineEndpoints, url: str):
        self._endpoints, self._url = endpoints, url

    def answers(self) -> Mapping[str, ResourceAnswer]:
        return {
            f"GET {_ENDPOINTS}": self._list, f"GET {_ENDPOINT}": self._read, f"PUT {_ENDPOINT}": self._put,
            f"DELETE {_ENDPOINT}": self._delete, f"POST {_ENDPOINT}/listKeys": self._list_keys,
            f"POST {_ENDPOINT}/regenerateKeys": self._regenerate_keys, f"GET {_DEPLOYMENTS}": self._list_deployments,
            f"GET {_DEPLOYMENT}": self._read_deployment, f"PUT {_DEPLOYMENT}": self._put_deployment,
            f"DELETE {_DEPLOYMENT}": self._delete_deployment, f"POST {_DEPLOYMENT}/getLogs": self._logs,
            f"GET {_OPERATION}": self._operation}

    async def _list(self, call: ResourceCall) -> dict[str, Any]:
        return {"value": [self._describe(call, endpoint) for endpoint in self._endpoints.all(call.history)]}

    async def _read(self, call: ResourceCall) -> dict[str, Any]:
        return self._describe(call, self._endpoint(call))

    async def _put(self, call: ResourceCall) -> dict[str, Any]:
        wanted = {**call.body, "properties": call.properties}
        return self._describe(call, self._endpoints.put(call.history, call.path["endpoint"], wanted))

    async def _delete(self, call: ResourceCall) -> None:
        await self._endpoints.delete(self._endpoint(call))

    async def _list_keys(self, call: ResourceCall) -> dict[str, str]:
        return self._endpoint(call).keys

    async def _regenerate_keys(self, call: ResourceCall) -> Response:
        self._endpoints.regenerate(self._endpoint(call), str(call.body.get("keyType")), call.body.get("keyValue"))
        return Response(status_code=200)

    async def _list_deployments(self, call: ResourceCall) -> dict[str, Any]:
        endpoint = self._endpoint(call)
        return {"value": [_describe_deployment(call, endpoint, one) for one in endpoint.deployments.values()]}

    async def _read_deployment(self, call: ResourceCall) -> dict[str, Any]:
        endpoint = self._endpoint(call)
        return _describe_deployment(call, endpoint, endpoint.deployment(call.path["deployment"]))

    async def _put_deployment(self, call: ResourceCall) -> Response:
        """Begun, not done: the header says where to ask how far it is."""
        endpoint = self._endpoint(call)
        wanted = {**call.body, "properties": call.properties}
        deployment = self._endpoints.deploy(call.history, endpoint, call.path["deployment"], wanted)
        operation = _OPERATION.format(operation=deployment.operation_id)
        return AsciiJson(_describe_deployment(call, endpoint, deployment), 201, {
            "Azure-AsyncOperation": f"{call.base_url}{call.history.arm_id}{operation}"})

    async def _delete_deployment(self, call: ResourceCall) -> None:
        await self._endpoints.remove(self._endpoint(call), call.path["deployment"])

    async def _logs(self, call: ResourceCall) -> dict[str, str]:
        log, tail = self._endpoint(call).deployment(call.path["deployment"]).log, call.body.get("tail")
        if not isinstance(tail, int | None):
            raise ServiceError(400, "tail has to be a number of lines.")
        lines = log.read_text("utf-8", "replace").splitlines() if log and log.is_file() else []
        return {"content": "\n".join(lines[-tail:] if tail else lines)}

    async def _operation(self, call: ResourceCall) -> dict[str, Any]:
        deployment = self._endpoints.operation(call.path["operation"])
        status = {CREATING: "InProgress"}.get(deployment.state, deployment.state)
        failed = {"error": {"code": NOT_READY, "message": deployment.error}} if deployment.state == FAILED else {}
        return {"name": deployment.operation_id, "status": status, **failed}

    def _endpoint(self, call: ResourceCall) -> Endpoint:
        return self._endpoints.find(call.history, call.path["endpoint"])

    def _describe(self, call: ResourceCall, endpoint: Endpoint) -> dict[str, Any]:
        url = f"{self._url}/{endpoint.name}"
        return {
            **_kept(endpoint.resource), "id": call.arm_id("onlineEndpoints", endpoint.name), "name": endpoint.name,
            "type": _TYPE, "kind": "Managed", "properties": {
                **endpoint.resource["properties"], "traffic": endpoint.traffic.shares, "mirrorTraffic": {},
                "scoringUri": f"{url}/score", "swaggerUri": f"{url}/swagger.json", "provisioningState": "Succeeded"}}


def _describe_deployment(call: ResourceCall, endpoint: Endpoint, deployment: Deployment) -> dict[str, Any]:
    return {
        **_kept(deployment.resource),
        "id": call.arm_id("onlineEndpoints", endpoint.name, "deployments", deployment.name),
        "name": deployment.name, "type": f"{_TYPE}/deployments", "kind": "Managed",
        "properties": {**(deployment.resource["properties"]), "provisioningState": deployment.state}}


def _kept(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {name: resource.get(name) for name in ("location", "tags", "identity", "sku") if name in resource}
