"""The requests with which the SDK describes pipelines (types of data, modules, graphs), and publishes them."""
from functools import partial
from typing import Any

from starlette.responses import Response

from local_azure.machine_learning.answering import Answers, Call
from local_azure.machine_learning.pipelines.entities import Entities, Entity, asks_for_active
from local_azure.machine_learning.pipelines.models import Pipelines
from local_azure.machine_learning.pipelines.posted import CHANGED_ENDPOINT, ENDPOINT, MODULE, PIPELINE, STATUS
from local_azure.scenarios.models import ARM_ID

PIPELINES = f"/pipelines/v1.0{ARM_ID}"
_PARTS = frozenset({"Graph", "GraphInterface"})  # of what is published; they are an entity of their own


def answers(pipelines: Pipelines) -> Answers:
    types = Entities("Data type")
    return {
        f"GET {PIPELINES}/DataTypes": lambda call: types.all(call.history),
        f"POST {PIPELINES}/DataTypes": lambda call: types.add(
            call.history, call.read({"Name": str}), call.body["Name"]),
        f"GET {PIPELINES}/Modules/Hash/{{hash}}": partial(_module_by_hash, pipelines),
        f"GET {PIPELINES}/Modules/{{id}}": partial(_module, pipelines),
        f"POST {PIPELINES}/Modules": lambda call: pipelines.modules.add(
            call.history, {**call.read(MODULE), "UploadState": "Completed"}),
        f"GET {PIPELINES}/Graphs/{{id}}/Interface": lambda call: _graph(pipelines, call)["Interface"],
        f"GET {PIPELINES}/Graphs/{{id}}": lambda call: _without(_graph(pipelines, call), {"Interface"}),
        f"POST {PIPELINES}/Pipelines/Create": partial(_publish, pipelines),
        f"GET {PIPELINES}/Pipelines": lambda call: pipelines.published.all(call.history, asks_for_active(call.query)),
        f"GET {PIPELINES}/Pipelines/{{id}}": lambda call: pipelines.published.find(call.history, call.path["id"]),
        f"PUT {PIPELINES}/Pipelines/{{id}}/status": partial(_set_status, pipelines),
        f"POST {PIPELINES}/PipelineEndpoints/Create": partial(_create_endpoint, pipelines),
        f"GET {PIPELINES}/PipelineEndpoints": lambda call: pipelines.endpoints.all(
            call.history, asks_for_active(call.query)),
        f"GET {PIPELINES}/PipelineEndpoints/Name": lambda call: pipelines.endpoint_called(
            call.history, call.query.get("Name") or call.query.get("name") or ""),
        f"GET {PIPELINES}/PipelineEndpoints/Id/{{id}}": lambda call: pipelines.endpoints.find(
            call.history, call.path["id"]),
        f"GET {PIPELINES}/PipelineEndpoints/{{id}}/pipelines": partial(_versions, pipelines),
        f"PUT {PIPELINES}/PipelineEndpoints/{{id}}": lambda call: pipelines.endpoints.replace(
            call.history, call.path["id"], call.read(CHANGED_ENDPOINT))}


def _module_by_hash(pipelines: Pipelines, call: Call) -> dict[str, Any] | Response:
    for module in pipelines.modules.all(call.history):
        if module.get("IdentifierHash") == call.path["hash"]:
            return _described(module)
    return Response(status_code=204)


def _module(pipelines: Pipelines, call: Call) -> dict[str, Any]:
    return _described(pipelines.modules.find(call.history, call.path["id"]))


def _graph(pipelines: Pipelines, call: Call) -> Entity:
    return pipelines.graphs.find(call.history, call.path["id"])


def _publish(pipelines: Pipelines, call: Call) -> Entity:
    graph = pipelines.keep_graph(call.history, call.read(PIPELINE))
    pipeline = pipelines.published.add(call.history, {
        **_without(call.body, _PARTS), "GraphId": graph["Id"], "TotalRunSteps": len(graph["ModuleNodes"])})
    return pipelines.published.replace(call.history, pipeline["Id"], {
        "Url": _url(pipelines, call, f"PipelineRuns/PipelineSubmit/{pipeline['Id']}")})


def _set_status(pipelines: Pipelines, call: Call) -> None:
    pipelines.published.replace(call.history, call.path["id"], {"EntityStatus": call.read(STATUS)})


def _create_endpoint(pipelines: Pipelines, call: Call) -> Entity:
    pipeline = pipelines.published.find(call.history, call.read(ENDPOINT)["PipelineId"])
    endpoint = pipelines.endpoints.add(call.history, {
        **_without(call.body, {"PipelineId"}), "DefaultVersion": "0",
        "PipelineVersionList": [{"PipelineId": pipeline["Id"], "Version": "0"}]})
    return pipelines.endpoints.replace(call.history, endpoint["Id"], {
        "Url": _url(pipelines, call, f"PipelineRuns/PipelineEndpointSubmit/Id/{endpoint['Id']}")})


def _versions(pipelines: Pipelines, call: Call) -> list[Entity]:
    endpoint = pipelines.endpoints.find(call.history, call.path["id"])
    return [pipelines.published.find(call.history, one["PipelineId"]) for one in endpoint["PipelineVersionList"]]


def _url(pipelines: Pipelines, call: Call, path: str) -> str:
    return f"{pipelines.url}{PIPELINES.format(**call.path)}/{path}"


def _without(entity: Any, names: frozenset[str] | set[str]) -> Entity:
    return {name: value for name, value in entity.items() if name not in names}


def _described(module: Entity) -> dict[str, Any]:
    """A module with its interface as the SDK reads it back."""
    interface = module["StructuredInterface"]

    def parameters(name: str) -> list[dict[str, Any]]:
        return [{"Name": one["Name"], "DefaultValue": one.get("DefaultValue"), "IsOptional": one.get("IsOptional"),
                 "Type": "String"} for one in interface.get(name) or ()]
    return {"Data": module, "Interface": {
        "Parameters": parameters("Parameters"), "MetadataParameters": parameters("MetadataParameters"),
        "Ports": {
            "Inputs": [{"Name": one["Name"], "DataTypesIds": one.get("DataTypeIdsList"),
                        "IsOptional": one.get("IsOptional")} for one in interface["Inputs"]],
            "Outputs": [{"Name": one["Name"], "DataTypeId": one.get("DataTypeId")}
                        for one in interface["Outputs"]]}}}
