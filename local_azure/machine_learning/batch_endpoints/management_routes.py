"""The requests with which batch endpoints and their deployments are managed, as Resource Manager takes them."""
from collections.abc import Mapping
from typing import Any

from local_azure.machine_learning.batch_endpoints.invocation_routes import scoring_path
from local_azure.machine_learning.batch_endpoints.models import BatchEndpoint, BatchEndpoints
from local_azure.machine_learning.resources import ResourceAnswer, ResourceCall

_ENDPOINTS, _ENDPOINT = "/batchEndpoints", "/batchEndpoints/{endpoint}"
_DEPLOYMENT = f"{_ENDPOINT}/deployments/{{deployment}}"
_TYPE = "Microsoft.MachineLearningServices/workspaces/batchEndpoints"


class ManagementRoutes:
    """`url` is where endpoints are invoked."""

    def __init__(self, endpoints: BatchEndpoints, url: str):
        self._endpoints, self._url = endpoints, url

    def answers(self) -> Mapping[str, ResourceAnswer]:
        return {f"GET {_ENDPOINTS}": self._list, f"GET {_ENDPOINT}": self._read, f"PUT {_ENDPOINT}": self._put,
                f"GET {_DEPLOYMENT}": self._read_deployment, f"PUT {_DEPLOYMENT}": self._deploy}

    async def _list(self, call: ResourceCall) -> dict[str, Any]:
        return {"value": [self._describe(call, endpoint) for endpoint in self._endpoints.all(call.history)]}

    async def _read(self, call: ResourceCall) -> dict[str, Any]:
        return self._describe(call, self._endpoint(call))

    async def _put(self, call: ResourceCall) -> dict[str, Any]:
        resource = {**call.body, "properties": call.properties}
        return self._describe(call, self._endpoints.put(call.history, call.path["endpoint"], resource))

    async def _read_deployment(self, call: ResourceCall) -> dict[str, Any]:
        endpoint = self._endpoint(call)
        return _describe_deployment(call, endpoint, endpoint.deployment(call.path["deployment"]))

    async def _deploy(self, call: ResourceCall) -> dict[str, Any]:
        endpoint, name = self._endpoint(call), call.path["deployment"]
        self._endpoints.deploy(call.history, endpoint, name, {**call.body, "properties": call.properties})
        return _describe_deployment(call, endpoint, name)

    def _endpoint(self, call: ResourceCall) -> BatchEndpoint:
        return self._endpoints.find(call.history, call.path["endpoint"])

    def _describe(self, call: ResourceCall, endpoint: BatchEndpoint) -> dict[str, Any]:
        return {
            "id": call.arm_id("batchEndpoints", endpoint.name), "name": endpoint.name, "type": _TYPE,
            "location": endpoint.resource.get("location"), "properties": {
                **endpoint.resource["properties"], "provisioningState": "Succeeded",
                "scoringUri": self._url + scoring_path(call.history.arm_id, endpoint.name)}}


def _describe_deployment(call: ResourceCall, endpoint: BatchEndpoint, name: str) -> dict[str, Any]:
    return {"id": call.arm_id("batchEndpoints", endpoint.name, "deployments", name), "name": name,
            "type": f"{_TYPE}/deployments",
            "properties": {**endpoint.resources[name]["properties"], "provisioningState": "Succeeded"}}
