"""What is asked for one event, and in which order. Without the run there is no record; whatever else is read costs only
what it would have told.

What the event already says is not asked again, and everything goes out together: the event tells the parent and the
experiment, and the artifacts of a run are in a container of its own name. What was asked in vain, because the run says
otherwise, is asked again.
"""
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from azure_access.answers import Fields
from azure_access.deadline import Deadline

from .. import statuses
from ..events.parsing import RunEvent
from . import metrics, run_fields
from .failed_steps import FailedRuns
from .optional_reads import OptionalReads
from .parents import SharedParents
from .snapshots import FailedSteps, RunSnapshot, RunSummary
from .workspace_runs import Experiment, WorkspaceRuns


@dataclass(frozen=True, slots=True)
class Reading:
    """Of one event's run. What can be done without has a `deadline`; the run itself has that of the thread."""

    event: RunEvent
    runs: WorkspaceRuns
    reads: OptionalReads
    parents: SharedParents
    deadline: Deadline
    metric_names: Sequence[str] = ()

    def read(self) -> RunSnapshot:
        event, reads = self.event, self.reads
        likely = Experiment(event.experiment_id, event.experiment_name)
        details, parent = self._begin_details(likely), self._begin_parent(event.pipeline_run_id)
        failed = self._begin_failed_steps(likely) if event.pipeline_run_id is None else None
        log_files = self._begin_log_files(_container_of(event.run_id)) if self._is_likely_to_log() else None
        measured = reads.begin(self.runs.read_metrics, event.run_id) if self.metric_names else None
        run = self.runs.read_run(event.run_id)
        parent_id = run_fields.find_parent(run, event.run_id)
        if parent_id != event.pipeline_run_id:
            parent = self._begin_parent(parent_id)
        experiment = Experiment(run.text("experimentId") or event.experiment_id, event.experiment_name)
        details = details or self._begin_details(experiment)
        failed = (failed or self._begin_failed_steps(experiment)) if parent_id is None else None
        log_files = self._settle_log_files(run, log_files)
        name = event.experiment_name or reads.take(
            "experiment", reads.begin(self.runs.read_experiment_name, experiment))
        read_parent = reads.take("parent", parent)
        if parent_id and read_parent is None:
            read_parent = RunSummary(parent_id, portal_url=self.runs.find_page(parent_id))
        found = reads.take("details", details) or run
        return self._build(run, found, read_parent, Experiment(experiment.id, name),
                           reads.take("log files", log_files) or {}, self._take_failed_steps(run, failed),
                           metrics.choose(reads.take("metrics", measured) or {}, self.metric_names))

    def _begin_details(self, experiment: Experiment) -> Future[Fields] | None:
        if not experiment.paths:
            return None
        return self.reads.begin(self.runs.read_details, self.event.run_id, experiment)

    def _begin_parent(self, run_id: str | None) -> Future[RunSummary] | None:
        if run_id is None:
            return None
        key = (self.event.workspace, run_id)
        return self.reads.begin(self.parents.read, key, lambda: self.runs.read_parent(run_id), self.deadline)

    def _begin_failed_steps(self, experiment: Experiment) -> Future[FailedRuns] | None:
        if not experiment.paths:
            return None
        return self.reads.begin(self.runs.read_failed_runs, self.event.run_id, experiment)

    def _take_failed_steps(self, run: Fields, reading: Future[FailedRuns] | None) -> FailedSteps | None:
        completed = (run.text("status") or self.event.run_status) == statuses.COMPLETED
        failed = self.reads.take("failed steps", reading)
        return self.reads.read("failed steps", failed.summarize, self.runs.find_page, completed) if failed else None

    def _is_likely_to_log(self) -> bool:
        """A pipeline run itself logs nothing; an event that says neither its type nor its pipeline may be of one."""
        event = self.event
        if event.run_type:
            return not run_fields.names_pipeline_run(event.run_type)
        return bool(event.pipeline_run_id)

    def _begin_log_files(self, container: str) -> Future[dict[str, str]]:
        return self.reads.begin(self.runs.read_log_files, self.event.run_id, container)

    def _settle_log_files(self, run: Fields, reading: Future[dict[str, str]] | None) -> Future[dict[str, str]] | None:
        container = run.text("dataContainerId")
        if container is None or run_fields.is_pipeline_run(run):
            return None
        is_right = reading is not None and container == _container_of(self.event.run_id)
        return reading if is_right else self._begin_log_files(container)

    def _build(self, run: Fields, details: Fields, parent: RunSummary | None, experiment: Experiment,
               log_files: dict[str, str], failed_steps: FailedSteps | None,
               measured: dict[str, float | None]) -> RunSnapshot:
        run_id, submitter = self.event.run_id, run_fields.find_submitter(run)
        root_id = run_fields.find_root(run, run_id, parent)
        return RunSnapshot(
            workspace=self.event.workspace,
            run=run_fields.summarize(run_id, run, self.runs.find_page(run_id)),
            parent=parent,
            root_run_id=root_id,
            experiment_id=experiment.id,
            experiment_name=experiment.name,
            run_type=run.text("runType"),
            created_time=run.time("createdUtc") or details.time("createdTimeUtc"),
            submitted_by=submitter,
            failed_steps=failed_steps,
            tags=run.fields("tags").members,
            details=run_fields.describe(details, log_files, submitter),
            answer=run.members,
            metrics=measured,
            root_portal_url=self.runs.find_page(root_id),
            region=self.runs.region,
            not_read=self.reads.failed)


def _container_of(run_id: str) -> str:
    """Where the artifacts of a run are, as every run says of itself."""
    return f"dcid.{run_id}"
