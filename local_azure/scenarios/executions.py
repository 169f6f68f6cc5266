"""Runs of one experiment that hold a machine, and where runs stand in a tree.

A script waits for its compute target, runs there and ends as a scenario declares it; queue times, durations and the
metrics of one that completed come out a little more or less than declared. A job of SDK v2 declares a `command` in the
place of a `script`.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local_azure.scenarios import shapes
from local_azure.scenarios.identifiers import varied
from local_azure.scenarios.models import Run

RUNNING = "Running"
LOG_FILES = ("user_logs/std_log.txt", "system_logs/cs_capability/cs-capability.log",
             "system_logs/hosttools_capability/hosttools-capability.log",
             "system_logs/lifecycler/execution-wrapper.log")
SERVICE_DELAY = timedelta(seconds=1.9)
"""What the service takes between the end of one thing and the start of the next."""
_METRIC_SPREAD = 0.008


@dataclass(frozen=True, slots=True)
class Place:
    """Below which run a run stands, in which tree, and who submitted that. A root is its own root, without a parent."""

    root_id: str
    parent_id: str | None
    submitted_by: str

    def below(self, run_id: str) -> "Place":
        return Place(self.root_id, run_id, self.submitted_by)


@dataclass(frozen=True, slots=True)
class Executions:
    """`computes` are the compute targets of the scenario, by name."""

    experiment_id: str
    computes: Mapping[str, Any]

    def compute(self, script: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.computes[script["compute"]]
        return found

    def details(self, run_id: str, script: Mapping[str, Any], created: datetime, *, ended: datetime | None = None,
                **more: Any) -> dict[str, Any]:
        """The details of what ran on a compute target; `ended` is known where other runs decided it."""
        status = script.get("status", "Completed")
        started = created + timedelta(seconds=varied(script["queue_seconds"], run_id, "queue"))
        ended = ended or started + timedelta(seconds=varied(script["duration_seconds"], run_id, "duration"))
        return shapes.details(
            run_id, status=status, started=None if script.get("never_started") else started,
            ended=None if status == RUNNING else ended,
            error=shapes.error(run_id, ended, **script["error"]) if "error" in script else None,
            target=script["compute"], **shapes.definition(script, self.compute(script)), **more)

    def metrics(self, run_id: str, script: Mapping[str, Any]) -> dict[str, float]:
        if script.get("status", "Completed") != "Completed" or script.get("reused"):
            return {}
        return {name: round(varied(value, run_id, name, most=_METRIC_SPREAD), 4)
                for name, value in script.get("metrics", {}).items()}

    def run(self, details: dict[str, Any], place: Place, *, created: datetime, name: str | None, run_type: str | None,
            tags: Mapping[str, str], is_job: bool = False, log_files: tuple[str, ...] = (),
            metrics: Mapping[str, float] = {}) -> Run:
        """A job of SDK v2 has its name as a display name alone."""
        return Run(details=details, log_files=log_files, metrics=metrics, record=shapes.record(
            details, experiment_id=self.experiment_id, root_run_id=place.root_id, parent_run_id=place.parent_id,
            created=created, submitted_by=place.submitted_by, name=None if is_job else name, display_name=name,
            run_type=run_type, tags=dict(tags)))


def is_job(declared: Mapping[str, Any]) -> bool:
    """Whether a pipeline, a script run or a sweep is made with SDK v2."""
    return bool(declared.get("sdk") == 2)
