"""The batch endpoints of workspaces, what they are deployed to, and their invocations.

A deployment here is of a published pipeline, where Azure has a pipeline component.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.pipelines.models import Pipelines
from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory
from local_azure.machine_learning.shapes import check
from local_azure.scenarios.models import Run

DEPLOYMENT_TAG = "azureml.deploymentname"

_LITERAL = "literal"
_VALUE = {"Value": (str, int, float, bool)}
_ENDPOINT = {"defaults?": {"deploymentName?": str}}
_DEPLOYMENT = {"deploymentConfiguration?": {"deploymentConfigurationType?": str, "componentId?": {"assetId?": str}}}


@dataclass(slots=True)
class BatchEndpoint:
    """`deployments` are the ids of published pipelines by the names of deployments."""

    name: str
    resource: Mapping[str, Any]
    deployments: dict[str, str] = field(default_factory=dict)
    resources: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def deployment(self, name: str | None) -> str:
        """The one of that name, or else the default: its name. Raises NotFoundError."""
        defaults = self.resource["properties"].get("defaults") or {}
        wanted = name or str(defaults.get("deploymentName"))
        if wanted not in self.deployments:
            raise NotFoundError(f"Deployment {wanted} of batch endpoint {self.name} was not found")
        return wanted


@dataclass(frozen=True, slots=True)
class Invocation:
    """`caller` is the object id of whoever invokes, `inputs` are as the service documents them, by name; two with one
    `request_id` are one."""

    caller: str
    inputs: Mapping[str, Mapping[str, Any]]
    experiment: str | None = None
    deployment: str | None = None
    request_id: str | None = None


class BatchEndpoints:

    def __init__(self, pipelines: Pipelines):
        self._pipelines = pipelines
        self._found: dict[tuple[str, str], BatchEndpoint] = {}
        self._invoked: dict[tuple[str, str, str], str] = {}

    def all(self, history: WorkspaceHistory) -> list[BatchEndpoint]:
        return [endpoint for (workspace, _), endpoint in self._found.items() if workspace == history.arm_id]

    def find(self, history: WorkspaceHistory, name: str) -> BatchEndpoint:
        """Raises NotFoundError."""
        if (found := self._found.get((history.arm_id, name))) is None:
            raise NotFoundError(f"Batch endpoint {name} was not found")
        return found

    def put(self, history: WorkspaceHistory, name: str, resource: Mapping[str, Any]) -> BatchEndpoint:
        """Makes an endpoint, or changes it and keeps its deployments. Raises ServiceError."""
        check(resource["properties"], _ENDPOINT, "properties")
        endpoint = self._found.setdefault((history.arm_id, name), BatchEndpoint(name, resource))
        endpoint.resource = resource
        return endpoint

    def deploy(self, history: WorkspaceHistory, endpoint: BatchEndpoint, name: str,
               resource: Mapping[str, Any]) -> None:
        """Raises ServiceError, and NotFoundError for a pipeline that is not published."""
        configuration = check(resource["properties"], _DEPLOYMENT, "properties").get("deploymentConfiguration") or {}
        asset = str((configuration.get("componentId") or {}).get("assetId") or "")
        if configuration.get("deploymentConfigurationType") != "PipelineComponent" or not asset:
            raise ServiceError(400, "A deployment here is of a PipelineComponent, whose assetId ends with the id of a "
                                    "published pipeline.")
        pipeline = self._pipelines.published.find(history, asset.rpartition("/")[2])
        endpoint.deployments[name], endpoint.resources[name] = pipeline["Id"], resource

    def invoke(self, history: WorkspaceHistory, endpoint: BatchEndpoint, invocation: Invocation) -> Run:
        """Raises NotFoundError and ServiceError."""
        key = (history.arm_id, endpoint.name, invocation.request_id or "")
        if invocation.request_id and key in self._invoked:
            return history.run(self._invoked[key])
        deployment = endpoint.deployment(invocation.deployment)
        run = self._pipelines.submit(history, endpoint.deployments[deployment], {
            "ExperimentName": invocation.experiment or endpoint.name,
            "ParameterAssignments": _literals(invocation.inputs),
            "RunSource": "BatchDeployment", "RunType": "HTTP", "Tags": {DEPLOYMENT_TAG: deployment},
            "Properties": {"azureml.runLineageType": "batchDeployment"}},
            created_by={"userObjectId": invocation.caller, "userName": invocation.caller})
        self._invoked[key] = run.id
        return run


def _literals(inputs: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Values by name. Raises ServiceError for inputs that are data."""
    others = [name for name, one in inputs.items() if str(one.get("JobInputType")).lower() != _LITERAL]
    if others:
        raise ServiceError(400, f"The input {others[0]} is no literal: others are not there.")
    return {name: str(check(one, _VALUE, f"InputData.{name}")["Value"]) for name, one in inputs.items()}
