"""The call with which Data Factory starts a run, as `environment_setup/scheduling/data_factory.bicep` declares it.

A test compiles that and holds both equal, so that no Bicep compiler is needed here.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..caller import MANAGEMENT

TRIGGER = "schedule"


@dataclass(frozen=True, slots=True)
class DeclaredCall:
    """`url` is one of Azure; tokens are for the `audience`."""

    method: str
    url: str
    audience: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


def declared_call(factory: str, region: str, workspace_id: str, pipeline_id: str, experiment_name: str,
                  parameters: Mapping[str, str], scheduled_time: str) -> DeclaredCall:
    """Of a trigger that is due at `scheduled_time`."""
    return DeclaredCall(
        "POST", f"{host(region)}/pipelines/v1.0{workspace_id}/PipelineRuns/PipelineSubmit/{pipeline_id}", MANAGEMENT,
        {"Content-Type": "application/json"}, {
            "ExperimentName": experiment_name, "ParameterAssignments": dict(parameters), "Tags": {
                "submitted_by": "data_factory", "schedule": f"{factory}/{TRIGGER}", "scheduled_time": scheduled_time}})


def host(region: str) -> str:
    """Where the services of a workspace are."""
    return f"https://{region}.api.azureml.ms"
