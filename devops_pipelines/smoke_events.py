"""The events by which a deployed function is tried: of a run that has ended, or of none, to be recorded as invalid."""
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .deployment import Deployment

EVENT_PREFIX = "smoke-test-"
EVENT_TYPE = "Microsoft.MachineLearningServices.RunCompleted"

LATEST_RUN = """traces
| where timestamp > ago(30d) and tostring(customDimensions.type) == 'run_detail'
| where tostring(customDimensions.run_status) == 'Completed' and isempty(tostring(customDimensions.failed_step_count))
| top 1 by timestamp desc
| project
    run_id = tostring(customDimensions.run_id),
    workspace_id = strcat('/subscriptions/', tostring(customDimensions.subscriptions),
        '/resourceGroups/', tostring(customDimensions.resourceGroup),
        '/providers/Microsoft.MachineLearningServices/workspaces/', tostring(customDimensions.amlWorkSpace))"""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has ended; without `workspace_id`, its ARM id, it is one of the only workspace that is monitored."""

    run_id: str
    workspace_id: str | None = None


def find_latest_run(deployment: Deployment) -> Run | None:
    rows = deployment.query(LATEST_RUN)
    return Run(**rows[0]) if rows else None


def compose(run: Run | None) -> dict[str, Any]:
    """The event, in the Event Grid schema, that the run has ended; one that names no run is invalid on purpose."""
    return {
        "id": f"{EVENT_PREFIX}{uuid.uuid4()}",
        "subject": f"runs/{run.run_id}" if run else "smoke test of the deployment",
        "eventType": EVENT_TYPE,
        "eventTime": datetime.now(timezone.utc).isoformat(),
        "data": {"runId": run.run_id} if run else {},
        "dataVersion": "",
        "metadataVersion": "1",
        **({"topic": run.workspace_id} if run and run.workspace_id else {})}
