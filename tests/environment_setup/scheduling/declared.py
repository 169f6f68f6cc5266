"""The templates that start pipelines on a schedule, and the HTTP call that each declares, as Azure completes it."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.environment_setup.bicep.deployed import FOLDER, WORKSPACE, Deployed, deploy
from tests.environment_setup.bicep.expressions import PUBLIC, worked_out

REGION, IDENTITY = "westeurope", "identity-of-the-scheduler"
DATA_FACTORY, LOGIC_APP, JOB_SCHEDULE = (FOLDER / "scheduling" / f"{name}.bicep" for name in (
    "data_factory", "logic_app", "job_schedule"))
PUBLISHED = {"kind": "publishedPipeline", "id": "11111111-1111-1111-1111-111111111111"}
ENDPOINT = {"kind": "pipelineEndpoint", "id": "22222222-2222-2222-2222-222222222222"}
BATCH = {"kind": "batchEndpoint", "name": "scoring"}
RECURRENCE = {"frequency": "Day", "interval": 1, "startTime": "2026-12-01T06:00:00"}
SCHEDULED_TIME = "2026-12-01T06:00:00Z"
REQUEST_ID = "33333333-3333-3333-3333-333333333333"
# What Data Factory and Logic Apps put in the place of the expressions that the templates leave to them.
_LATER = {
    "@pipeline().parameters.scheduled_time": SCHEDULED_TIME,
    "@{coalesce(trigger()?['scheduledTime'], trigger()?['startTime'])}": SCHEDULED_TIME,
    "@{guid()}": REQUEST_ID,
}


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    url: str
    audience: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


def scheduler(template: Any, pipeline: Mapping[str, str], **parameters: Any) -> Deployed:
    given = {"name": "nightly", "workspaceId": WORKSPACE, "pipeline": pipeline, "experimentName": "batch_scoring",
             "recurrence": RECURRENCE}
    return deploy(template, given | parameters)


def call_of(deployed: Deployed, environment: Mapping[str, str] = PUBLIC, workspace: str = WORKSPACE) -> Call:
    """The call of the Data Factory's bare activity or of the Logic App's action."""
    known = {workspace: {"location": REGION}}
    factory = [one for one in deployed.of_type("Microsoft.DataFactory/factories/pipelines") if one.name == "submit"]
    if factory:
        [activity] = factory[0].properties["activities"]
        declared = worked_out(activity["typeProperties"], known, environment)
        authentication = declared["authentication"]
        assert authentication["type"] == "MSI"
        url, audience = declared["url"], authentication["resource"]
    else:
        action = deployed.the("Microsoft.Logic/workflows").properties["definition"]["actions"]["submit"]
        declared = worked_out(action["inputs"], known, environment)
        authentication = declared["authentication"]
        assert authentication["type"] == "ManagedServiceIdentity"
        url, audience = declared["uri"], authentication["audience"]
    return Call(declared["method"], url, audience, _evaluated(declared["headers"]), _evaluated(declared["body"]))


def _evaluated(value: Any) -> Any:
    """As the services evaluate texts: "Expressions and functions in Azure Data Factory", of which Logic Apps' are the
    same."""
    if isinstance(value, Mapping):
        return {name: _evaluated(item) for name, item in value.items()}
    if value.startswith("@") and not value.startswith("@@"):
        return _LATER[value]
    plain = value[1:] if value.startswith("@@") and not value.startswith("@@{") else value
    return plain.replace("@@{", "@{")
