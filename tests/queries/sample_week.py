"""The sample workspace as plain facts, from which tests compute the answers that they expect."""
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local_azure.scenarios.models import Run, Workspace


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
    definition: dict[str, Any]
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
    facts = [_fact(run, experiments[run.record["experimentId"]], run.end_time)
             for run in workspace.runs if run.end_time]
    return sorted(facts, key=lambda fact: fact.ended)


def percentile(values: Iterable[float | None], percent: int) -> float | None:
    """The value that so many percent of the known ones do not exceed, as Kusto defines it for few values."""
    known = sorted(value for value in values if value is not None)
    return known[max(0, math.ceil(len(known) * percent / 100) - 1)] if known else None


def _fact(run: Run, experiment: str, ended: datetime) -> Fact:
    record, error = run.record, run.details.get("error") or {}
    return Fact(
        id=run.id, parent_id=record["parentRunId"] or run.id, experiment=experiment, name=record["name"],
        number=record["runNumber"], status=record["status"], created=datetime.fromisoformat(record["createdUtc"]),
        started=datetime.fromisoformat(record["startTimeUtc"]) if record["startTimeUtc"] else None,
        ended=ended, target=run.details.get("target"), definition=run.details.get("runDefinition", {}),
        submitted_by=record["createdBy"]["userName"], is_reused="azureml.reusedrunid" in record["properties"],
        error_message=error.get("error", {}).get("message"))
