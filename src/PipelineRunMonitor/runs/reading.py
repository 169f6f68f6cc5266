"""What is asked for one event, and in which order. Without the run there is no record; whatever else is read costs only
what it would have told.

What the event already says is not asked again, and requests that need not wait for each other go out together.
"""
from concurrent.futures import Future
from dataclasses import dataclass

from azure_access.answers import Fields
from azure_access.deadline import Deadline

from .. import statuses
from ..events.parsing import RunEvent
from . import run_fields
from .optional_reads import OptionalReads
from .parents import SharedParents
from .snapshots import FailedSteps, RunSnapshot, RunSummary
from .workspace_runs import Experiment, WorkspaceRuns


@dataclass(frozen=True, slots=True)
class Reading:
    """Of one event's run."""

    event: RunEvent
    runs: WorkspaceRuns
    reads: OptionalReads
    parents: SharedParents
    deadline: Deadline

    def read(self) -> RunSnapshot:
        """Before the run itself is known, the event says enough to ask for its details and, mostly, for its parent."""
        event, reads = self.event, self.reads
        details = self._begin_details(Experiment(event.experiment_id, event.experiment_name))
        parent = self._begin_parent(event.pipeline_run_id)
        run = self.runs.read_run(event.run_id)
        parent_id = run_fields.find_parent(run, event.run_id)
        if parent_id != event.pipeline_run_id:
            parent = self._begin_parent(parent_id)
        experiment = Experiment(run.text("experimentId") or event.experiment_id, event.experiment_name)
        details = details or self._begin_details(experiment)
        failed_steps = self._begin_failed_steps(run, experiment) if parent_id is None else None
        log_files = self._read_log_files(run)
        name = event.experiment_name or reads.read("experiment", self.runs.read_experiment_name, experiment)
        read_parent = reads.take("parent", parent)
        if parent_id and read_parent is None:
            read_parent = RunSummary(parent_id, portal_url=self.runs.find_page(parent_id))
        found, failed = reads.take("details", details), reads.take("failed steps", failed_steps)
        return self._build(run, found or run, read_parent, Experiment(experiment.id, name), log_files, failed)

    def _begin_details(self, experiment: Experiment) -> Future[Fields] | None:
        if not experiment.paths:
            return None
        return self.reads.begin(self.runs.read_details, self.event.run_id, experiment)

    def _begin_parent(self, run_id: str | None) -> Future[RunSummary] | None:
        if run_id is None:
            return None
        key = (self.event.workspace, run_id)
        return self.reads.begin(self.parents.read, key, lambda: self.runs.read_parent(run_id), self.deadline)

    def _begin_failed_steps(self, run: Fields, experiment: Experiment) -> Future[FailedSteps | None]:
        completed = (run.text("status") or self.event.run_status) == statuses.COMPLETED
        return self.reads.begin(self.runs.read_failed_steps, self.event.run_id, experiment, completed=completed)

    def _read_log_files(self, run: Fields) -> dict[str, str]:
        """A pipeline run itself logs nothing."""
        container = run.text("dataContainerId")
        if container is None or run_fields.is_pipeline_run(run):
            return {}
        return self.reads.read("log files", self.runs.read_log_files, self.event.run_id, container) or {}

    def _build(self, run: Fields, details: Fields, parent: RunSummary | None, experiment: Experiment,
               log_files: dict[str, str], failed_steps: FailedSteps | None) -> RunSnapshot:
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
            root_portal_url=self.runs.find_page(root_id),
            not_read=self.reads.failed)
