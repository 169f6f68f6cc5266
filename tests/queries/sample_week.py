"""The sample workspace as plain facts, from which tests compute the answers that they expect."""
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from local_azure.scenarios.models import Run, Workspace


@dataclass(frozen=True, slots=True)
class Fact:
    """An ended run; its own parent where it has none. `seconds` and `queue_seconds` are None where it never started.

    A trial or an iteration has no `name`. Runs that start others, and no script among them, are `is_orchestrating`.
    `vm_priority` is as the queries of cost call it.
    """

    id: str
    parent_id: str
    parent_name: str | None
    root_id: str
    experiment: str
    name: str | None
    number: int
    status: str
    created: datetime
    started: datetime | None
    ended: datetime
    target: str | None
    vm_size: str | None
    vm_priority: str
    node_count: int
    submitted_by: str
    is_reused: bool
    is_orchestrating: bool
    error_message: str | None

    @property
    def is_step(self) -> bool:
        return self.id != self.parent_id

    @property
    def is_on_machine(self) -> bool:
        """Whether it held a machine, or waited for one."""
        return bool(self.target) and not self.is_reused and not self.is_orchestrating

    @property
    def step_name(self) -> str:
        """What its runs are grouped by."""
        return self.name or f"runs of {self.parent_name}"

    @property
    def seconds(self) -> float | None:
        return (self.ended - self.started).total_seconds() if self.started else None

    @property
    def queue_seconds(self) -> float | None:
        return (self.started - self.created).total_seconds() if self.started else None


def facts_of(workspace: Workspace) -> list[Fact]:
    """In the order in which the runs ended."""
    experiments = {experiment.id: experiment.name for experiment in workspace.experiments}
    names = {run.id: run.record["name"] or run.record["displayName"] for run in workspace.runs}
    parents = {run.record["parentRunId"] for run in workspace.runs}
    facts = [_fact(run, experiments[run.record["experimentId"]], run.end_time, names, run.id in parents)
             for run in workspace.runs if run.end_time]
    return sorted(facts, key=lambda fact: fact.ended)


def is_absorbed(failed: Fact, facts: Sequence[Fact]) -> bool:
    """Whether something made a failure good: a later attempt that completed, or a completed run below its root; its own
    or that of a run around it."""
    by_id = {fact.id: fact for fact in facts}
    while failed.is_step:
        if failed.status == "Completed" or any(_mends(other, failed) for other in facts):
            return True
        failed = by_id[failed.parent_id]
    return False


def percentile(values: Iterable[float | None], percent: int) -> float | None:
    """The value that so many percent of the known ones do not exceed, as Kusto defines it for few values."""
    known = sorted(value for value in values if value is not None)
    return known[max(0, math.ceil(len(known) * percent / 100) - 1)] if known else None


def _mends(later: Fact, failed: Fact) -> bool:
    is_attempt = (later.parent_id, later.name) == (failed.parent_id, failed.name) and failed.name is not None
    return is_attempt and later.status == "Completed" and later.ended > failed.ended


def _fact(run: Run, experiment: str, ended: datetime, names: Mapping[str, str | None],
          is_orchestrating: bool) -> Fact:
    record, error, definition = run.record, run.details.get("error") or {}, run.details.get("runDefinition") or {}
    sizes = (definition.get("amlCompute", {}).get("vmSize"), run.details.get("compute", {}).get("vmSize"),
             definition.get("autoClusterComputeSpecification", {}).get("instanceSize"))
    return Fact(
        id=run.id, parent_id=record["parentRunId"] or run.id, parent_name=names.get(record["parentRunId"]),
        root_id=record["rootRunId"], experiment=experiment, name=names[run.id],
        number=record["runNumber"], status=record["status"], created=datetime.fromisoformat(record["createdUtc"]),
        started=datetime.fromisoformat(record["startTimeUtc"]) if record["startTimeUtc"] else None,
        ended=ended, target=run.details.get("target"), vm_size=next(filter(None, sizes), None),
        vm_priority=_priority(run.details.get("compute", {}).get("priority")
                              or definition.get("amlCompute", {}).get("vmPriority")),
        node_count=definition.get("nodeCount", 1), submitted_by=record["createdBy"]["userName"],
        is_reused="azureml.reusedrunid" in record["properties"], is_orchestrating=is_orchestrating,
        error_message=error.get("error", {}).get("message"))


def _priority(said: str | None) -> str:
    return {None: "unknown", "dedicated": "dedicated"}.get(said and said.lower(), "low priority")
