"""The JSON of a run as the run history writes it: its record, its details and the parts of these.

Field names and nesting are those of azureml-core's RunDto, RunDetailsDto and ErrorResponse, and of its
RunConfiguration class.
"""
from datetime import datetime
from typing import Any

from local_azure.identity.models import TENANT_ID
from local_azure.scenarios.identifiers import identifier
from local_azure.scenarios.storage import signed_url
from local_azure.scenarios.times import iso

LOCATION = "germanywestcentral"
_EXECUTION_LOGS = ("logs/azureml/executionlogs.txt", "logs/azureml/stderrlogs.txt", "logs/azureml/stdoutlogs.txt")
_FROM_DETAILS = ("status", "target", "startTimeUtc", "endTimeUtc", "properties", "error")


def record(details: dict, *, experiment_id: str, root_run_id: str, parent_run_id: str | None, created: datetime,
           submitted_by: str, name: str, run_type: str | None, tags: dict[str, str]) -> dict:
    """The RunDto of the run with these details."""
    run_id = details["runId"]
    return {
        "runId": run_id,
        "rootRunId": root_run_id,
        "parentRunId": parent_run_id,
        "experimentId": experiment_id,
        "dataContainerId": _data_container_id(run_id),
        "name": name,
        "displayName": name,
        "runType": run_type,
        "createdUtc": iso(created),
        "createdBy": {"userObjectId": identifier("user", submitted_by), "userTenantId": TENANT_ID,
                      "userName": submitted_by},
        "tags": tags,
        "hidden": False,
        **{field: details.get(field) for field in _FROM_DETAILS}}


def details(run_id: str, *, status: str, started: datetime | None, ended: datetime | None,
            properties: dict[str, str], error: dict | None = None, **more: Any) -> dict:
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


def error(run_id: str, time: datetime, *, code: str, inner: str, message: str, component: str) -> dict:
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


def run_definition(script: dict, compute: dict) -> dict:
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
        "amlCompute": {"name": None, "vmSize": compute["vm_size"], "clusterMaxNodeCount": node_count},
        "docker": {"useDocker": True, "sharedVolumes": True, "shmSize": "2g", "arguments": []},
        "environmentVariables": script.get("environment_variables", {})}


def output_dataset(run_id: str, name: str) -> dict:
    """The OutputDatasetLineage of a run's output of that name."""
    return {"identifier": {"savedId": identifier(run_id, name)}, "outputType": "RunOutput",
            "outputDetails": {"outputName": name}}


def input_dataset(output: dict) -> dict:
    """The DatasetLineage of a run that reads another's output."""
    return {"identifier": output["identifier"], "consumptionType": "RunInput",
            "inputDetails": {"inputName": output["outputDetails"]["outputName"], "mechanism": "Mount"}}


def _data_container_id(run_id: str) -> str:
    return f"dcid.{run_id}"
