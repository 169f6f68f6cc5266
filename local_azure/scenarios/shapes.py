"""The JSON of a run as the run history writes it: its record, its details and the parts of these.

Field names and nesting are those of azureml-core's RunDto, RunDetailsDto and ErrorResponse, and of its
RunConfiguration class.
"""
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local_azure.identity.models import TENANT_ID
from local_azure.scenarios.identifiers import identifier
from local_azure.scenarios.storage import signed_url
from local_azure.scenarios.times import iso

LOCATION = "germanywestcentral"
_EXECUTION_LOGS = ("logs/azureml/executionlogs.txt", "logs/azureml/stderrlogs.txt", "logs/azureml/stdoutlogs.txt")
_FROM_DETAILS = ("status", "target", "startTimeUtc", "endTimeUtc", "properties", "error")
_FROM_DETAILS_OF_JOBS = ("compute", "inputs")


def record(details: dict[str, Any], *, experiment_id: str, root_run_id: str, parent_run_id: str | None,
           created: datetime, submitted_by: str, name: str | None, display_name: str | None, run_type: str | None,
           tags: dict[str, str]) -> dict[str, Any]:
    """The RunDto of the run with these details."""
    run_id = details["runId"]
    return {
        "runId": run_id,
        "rootRunId": root_run_id,
        "parentRunId": parent_run_id,
        "experimentId": experiment_id,
        "dataContainerId": _data_container_id(run_id),
        "name": name,
        "displayName": display_name,
        "runType": run_type,
        "createdUtc": iso(created),
        "createdBy": {"userObjectId": identifier("user", submitted_by), "userTenantId": TENANT_ID,
                      "userName": submitted_by},
        "tags": tags,
        "hidden": False,
        **{field: details.get(field) for field in _FROM_DETAILS},
        **{field: details[field] for field in _FROM_DETAILS_OF_JOBS if field in details}}


def details(run_id: str, *, status: str, started: datetime | None, ended: datetime | None,
            properties: dict[str, str], error: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The RunDetailsDto; `more` are its other fields. `started` is None for a run that ended before it started, `ended`
    for one that still runs."""
    answer = {
        "runId": run_id,
        "status": status,
        "startTimeUtc": iso(started) if started else None,
        "endTimeUtc": iso(ended) if ended else None,
        "services": {},
        "error": error,
        "properties": properties,
        "inputDatasets": [],
        "outputDatasets": [],
        "logFiles": {path: signed_url(_data_container_id(run_id), path) for path in _EXECUTION_LOGS},
        **more}
    return {field: value for field, value in answer.items() if value is not None}


def error(run_id: str, time: datetime, *, code: str, inner: str, message: str, component: str) -> dict[str, Any]:
    """The ErrorResponse of a failed run. `code` is UserError or ServiceError, `inner` the code of its inner error."""
    operation = identifier(run_id, "error").replace("-", "")
    return {
        "error": {"code": code, "message": message, "messageParameters": {}, "details": [],
                  "innerError": {"code": inner, "innerError": None}},
        "correlation": {"operation": operation, "request": operation[:16]},
        "environment": LOCATION,
        "location": LOCATION,
        "time": iso(time),
        "componentName": component}


def definition(script: Mapping[str, Any], compute: Mapping[str, Any]) -> dict[str, Any]:
    """What details say of the script, or of the command of SDK v2, that runs on the compute target; nothing without."""
    if "command" in script:
        return _job_definition(script, compute)
    return {"runDefinition": _run_definition(script, compute)} if "script" in script else {}


def _job_definition(script: Mapping[str, Any], compute: Mapping[str, Any]) -> dict[str, Any]:
    """As SDK v2 has it: a command in the place of a script, and the size of the machines elsewhere."""
    node_count, vm_size, priority = compute.get("node_count", 1), compute["vm_size"], compute.get("vm_priority")
    is_serverless = compute["type"] == "Serverless"
    environment = f"azureml://locations/{LOCATION}/environments/{compute['environment']}/versions/3"
    serverless = {"autoClusterComputeSpecification": {"instanceSize": vm_size, "instancePriority": priority}}
    return {
        "runDefinition": {
            "script": None, "command": script["command"], "useAbsolutePath": True, "arguments": [],
            "framework": "Python", "communicator": "None", "target": script["compute"], "nodeCount": node_count,
            "environment": {"name": compute["environment"], "version": "3", "assetId": environment,
                            "docker": {"baseImage": compute["image"]}},
            "amlCompute": {"name": None, "vmSize": None, "clusterMaxNodeCount": node_count},
            **(serverless if is_serverless else {})},
        "compute": {
            "target": script["compute"], "targetType": "AmlCompute", "vmSize": None if is_serverless else vm_size,
            "instanceType": None if is_serverless else vm_size, "instanceCount": node_count, "priority": priority},
        "inputs": {name: {"assetId": f"azureml://locations/{LOCATION}/data/{asset}", "type": "UriFolder"}
                   for name, asset in script.get("inputs", {}).items()}}


def _run_definition(script: Mapping[str, Any], compute: Mapping[str, Any]) -> dict[str, Any]:
    """The run configuration of a script on a compute target, both as a scenario declares them."""
    node_count = compute.get("node_count", 1)
    return {
        "script": script["script"],
        "command": "",
        "arguments": script["arguments"],
        "framework": "Python",
        "communicator": script.get("communicator", "None"),
        "target": script["compute"],
        "nodeCount": node_count,
        "environment": {
            "name": compute["environment"],
            "version": "3",
            "python": {"interpreterPath": "python", "userManagedDependencies": False},
            "docker": {"baseImage": compute["image"], "platform": {"os": "Linux", "architecture": "amd64"}}},
        "amlCompute": {"name": None, "vmSize": compute["vm_size"], "vmPriority": compute.get("vm_priority"),
                       "clusterMaxNodeCount": node_count},
        "docker": {"useDocker": True, "sharedVolumes": True, "shmSize": "2g", "arguments": []},
        "environmentVariables": script.get("environment_variables", {})}


def output_dataset(run_id: str, name: str) -> dict[str, Any]:
    """The OutputDatasetLineage of a run's output of that name."""
    return {"identifier": {"savedId": identifier(run_id, name)}, "outputType": "RunOutput",
            "outputDetails": {"outputName": name}}


def input_dataset(output: dict[str, Any]) -> dict[str, Any]:
    """The DatasetLineage of a run that reads another's output."""
    return {"identifier": output["identifier"], "consumptionType": "RunInput",
            "inputDetails": {"inputName": output["outputDetails"]["outputName"], "mechanism": "Mount"}}


def _data_container_id(run_id: str) -> str:
    return f"dcid.{run_id}"
