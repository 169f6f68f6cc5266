"""The sample workspace, twice: as the records that the function makes of it, and as the plain facts that tests compute
expected answers from."""
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from azure_access.workspaces import WorkspaceId
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import Run, Workspace
from PipelineRunMonitor.events.parsing import parse
from PipelineRunMonitor.records.record import Record, run_detail
from PipelineRunMonitor.runs.snapshots import FailedSteps, RunSnapshot, RunSummary

LAG = timedelta(seconds=4)
"""From the time of an event to that of its record."""


@dataclass(frozen=True, slots=True)
class SentRecord:
    time: datetime
    record: Record


@dataclass(frozen=True, slots=True)
class Fact:
    """An ended run; its own parent where it has none. `seconds` and `queue_seconds` are None where it never started."""

    id: str
    parent_id: str
    experiment: str
    name: str
    number: int
    status: str
    created: datetime
    started: datetime | None
    ended: datetime
    target: str | None
    definition: dict
    submitted_by: str
    is_reused: bool
    error_message: str | None

    @property
    def is_step(self) -> bool:
        return self.id != self.parent_id

    @property
    def seconds(self) -> float | None:
        return (self.ended - self.started).total_seconds() if self.started else None

    @property
    def queue_seconds(self) -> float | None:
        return (self.started - self.created).total_seconds() if self.started else None


def facts_of(workspace: Workspace) -> list[Fact]:
    """In the order in which the runs ended."""
    experiments = {experiment.id: experiment.name for experiment in workspace.experiments}
    ended = sorted((run for run in workspace.runs if run.end_time), key=lambda run: run.end_time)
    return [_fact(run, experiments[run.record["experimentId"]]) for run in ended]


def records_of(workspace: Workspace) -> list[SentRecord]:
    """What the function sends for the events of the workspace's ended runs, each a little after its event."""
    monitored = [WorkspaceId.from_arm_id(workspace.arm_id)]
    events = parse(json.dumps(ended_events(workspace)), monitored)
    runs = {run.id: run for run in workspace.runs}
    return [SentRecord(event.time + LAG, run_detail(event, _snapshot(event, runs))) for event in events]


def percentile(values: Iterable[float | None], percent: int) -> float | None:
    """The value that so many percent of the known ones do not exceed, as Kusto defines it for few values."""
    known = sorted(value for value in values if value is not None)
    return known[max(0, math.ceil(len(known) * percent / 100) - 1)] if known else None


def _fact(run: Run, experiment: str) -> Fact:
    record, error = run.record, run.details.get("error") or {}
    return Fact(
        id=run.id, parent_id=record["parentRunId"] or run.id, experiment=experiment, name=record["name"],
        number=record["runNumber"], status=record["status"], created=datetime.fromisoformat(record["createdUtc"]),
        started=datetime.fromisoformat(record["startTimeUtc"]) if record["startTimeUtc"] else None,
        ended=run.end_time, target=run.details.get("target"), definition=run.details.get("runDefinition", {}),
        submitted_by=record["createdBy"]["userName"], is_reused="azureml.reusedrunid" in record["properties"],
        error_message=error.get("error", {}).get("message"))


def _snapshot(event, runs: dict[str, Run]) -> RunSnapshot:
    run = runs[event.run_id]
    parent_id = run.record["parentRunId"]
    return RunSnapshot(
        workspace=event.workspace, run=_summary(run), parent=_summary(runs[parent_id]) if parent_id else None,
        root_run_id=run.record["rootRunId"], experiment_id=event.experiment_id, experiment_name=event.experiment_name,
        run_type=run.record["runType"], created_time=datetime.fromisoformat(run.record["createdUtc"]),
        submitted_by=run.record["createdBy"]["userName"], tags=run.record["tags"], details=run.details,
        failed_steps=_failed_steps([child for child in runs.values() if child.record["parentRunId"] == run.id]))


def _failed_steps(children: Sequence[Run]) -> FailedSteps | None:
    failed = sorted((child for child in children if child.record["status"] == "Failed"), key=lambda run: run.end_time)
    return FailedSteps(len(failed), _summary(failed[0]), failed[0].details["error"]) if failed else None


def _summary(run: Run) -> RunSummary:
    return RunSummary(id=run.id, name=run.record["name"], display_name=run.record["displayName"],
                      number=run.record["runNumber"], status=run.record["status"],
                      portal_url=f"https://ml.azure.com/runs/{run.id}")
