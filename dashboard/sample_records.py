"""What the function sends for the sample workspace: the records behind the pictures of the queries, and behind tests.

The function's own code makes them of the events and of the runs as a scenario declares them; nothing is started. Who
imports this has `src` among the places where Python looks.
"""
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from azure_access.answers import Fields
from azure_access.workspaces import WorkspaceId
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import Run, Workspace
from PipelineRunMonitor import statuses
from PipelineRunMonitor.events.parsing import Event, InvalidEvent, RunEvent, parse
from PipelineRunMonitor.records.record import Record, invalid_event, run_detail
from PipelineRunMonitor.runs.failed_steps import FailedRuns
from PipelineRunMonitor.runs.snapshots import FailedSteps, RunSnapshot, RunSummary

LAG = timedelta(seconds=4)
"""From the time of an event to that of its record."""


@dataclass(frozen=True, slots=True)
class SentRecord:
    time: datetime
    record: Record


def records_of(workspace: Workspace) -> list[SentRecord]:
    """What is sent for the events of the workspace's ended runs, each a little after its event."""
    runs = {run.id: run for run in workspace.runs}
    return [_sent(event, runs, workspace.location)
            for event in parse(json.dumps(ended_events(workspace)), _monitored(workspace))]


def invalid_record(workspace: Workspace, text: str) -> Record:
    """What is sent for a text that is no event. Raises ValueError where it is one."""
    event = parse(text, _monitored(workspace))[0]
    if not isinstance(event, InvalidEvent):
        raise ValueError(f"this is an event: {text}")
    return invalid_event(event)


def item_of(record: Record, time: datetime, instrumentation_key: str) -> dict[str, Any]:
    """What Application Insights gets of a record that is sent then."""
    return {
        "iKey": instrumentation_key, "name": "Microsoft.ApplicationInsights.Message", "time": time.isoformat(),
        "tags": {"ai.operation.id": record.operation_id}, "data": {"baseType": "MessageData", "baseData": {
            "ver": 2, "message": record.message, "properties": dict(record.dimensions)}}}


def _monitored(workspace: Workspace) -> list[WorkspaceId]:
    return [WorkspaceId.from_arm_id(workspace.arm_id)]


def _sent(event: Event, runs: Mapping[str, Run], region: str) -> SentRecord:
    if not isinstance(event, RunEvent) or event.time is None:
        raise ValueError(f"the sample workspace has an event that is not of a run: {event}")
    return SentRecord(event.time + LAG, run_detail(event, _snapshot(event, runs, region)))


def _snapshot(event: RunEvent, runs: Mapping[str, Run], region: str) -> RunSnapshot:
    run = runs[event.run_id]
    parent_id = run.record["parentRunId"]
    return RunSnapshot(
        workspace=event.workspace, run=_summary(run), parent=_summary(runs[parent_id]) if parent_id else None,
        root_run_id=run.record["rootRunId"], experiment_id=event.experiment_id, experiment_name=event.experiment_name,
        run_type=run.record["runType"], created_time=datetime.fromisoformat(run.record["createdUtc"]),
        submitted_by=run.record["createdBy"]["userName"], tags=run.record["tags"], details=run.details,
        answer=run.record, root_portal_url=_page(run.record["rootRunId"]), metrics=run.metrics, region=region,
        failed_steps=None if parent_id else _failed_steps(run, runs.values()))


def _failed_steps(root: Run, runs: Iterable[Run]) -> FailedSteps | None:
    """What the run history would tell of the runs below a root."""
    below = [Fields({**run.record, "error": run.details.get("error")}) for run in runs
             if run.record["rootRunId"] == root.id and run.end_time]
    failed = FailedRuns(root.id, [run for run in below if run.text("status") in statuses.FAILED])
    failed.add(below)
    return failed.summarize(_page, root_completed=root.record["status"] == statuses.COMPLETED)


def _summary(run: Run) -> RunSummary:
    return RunSummary(id=run.id, name=run.record["name"], display_name=run.record["displayName"],
                      number=run.record["runNumber"], status=run.record["status"],
                      portal_url=_page(run.id), root_run_id=run.record["rootRunId"])


def _page(run_id: str) -> str:
    return f"https://ml.azure.com/runs/{run_id}"
