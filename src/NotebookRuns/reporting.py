"""Tells Azure DevOps of a run that has ended: results, files, the test run's end, and that of the pipeline's task.

Once, however often and in whatever order events come. One call at a time has the claim to a run; it goes on where
another one has stopped; and what it has done the run's tags tell, so that the next one does nothing.
"""
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from azure_access.answers import Fields, parse_json
from azure_access.deadline import Deadline
from azure_access.defects import describe_defect
from azure_access.errors import MonitorError

from .announcing import Announced, Announcer
from .closing import Closer
from .devops.organizations import MOST_ATTACHED_BYTES, Attachment, Organizations, Project
from .errors import NotebookRequestError, RefusedError, WorkspaceUnavailableError
from .machine_learning.run_history import EXPERIMENT, Run
from .machine_learning.workspaces import Workspace
from .reports.cells import CellResult, read_results
from .reports.facts import facts_of
from .reports.notebooks import NotebookOutcome
from .reports.pages import render
from .reports.summaries import Summary, describe
from .reports.texts import MOST_TEXT, clean, first_of
from .runs.configuration import LOG, output_of
from .runs.identifiers import NotebookRun, read_tags
from .runs.outcomes import outcome_tags, was_reported

Record = Callable[[str, Mapping[str, Any], float], None]
"""Keeps facts about a run, by its id, in so many seconds. Raises MonitorError."""
_RECORD_SECONDS = 10.0
_MOST_REASON = 300  # characters: the tags have to hold what the cells came to as well
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Report:
    """What is told of a run."""

    outcome: NotebookOutcome
    attachments: list[Attachment]
    left_out: list[str]
    ended: datetime | None


class Reporter:
    """Safe to use from many threads. `now` is aware; `hosts` are trusted beside Azure DevOps' own; with `record` what
    became of the cells is recorded too."""

    def __init__(self, organizations: Organizations, closer: Closer, announcer: Announcer, hosts: Collection[str],
                 now: Callable[[], datetime], record: Record | None = None) -> None:
        self._organizations, self._closer, self._announcer = organizations, closer, announcer
        self._hosts, self._now, self._record = hosts, now, record

    def recording(self, record: Record) -> "Reporter":
        """One that records as well."""
        return Reporter(self._organizations, self._closer, self._announcer, self._hosts, self._now, record)

    def report(self, workspace: Workspace, run_id: str, deadline: Deadline) -> None:
        """Does nothing for a run that has not ended, or is no notebook's. Raises MonitorError."""
        run = workspace.history.find(run_id, deadline)
        if run is None:
            raise WorkspaceUnavailableError(f"run {run_id} is not there, or not yet")
        notebook = read_tags(run.id, run.tags, self._hosts)
        if notebook is None or not run.has_ended:
            return
        if not was_reported(run.tags):
            with workspace.artifacts.claimed(run, "report", deadline):
                self._report(workspace, run, notebook, deadline)
        self._closer.close_if_done(workspace, notebook.plan, deadline)

    def _report(self, workspace: Workspace, run: Run, notebook: NotebookRun, deadline: Deadline) -> None:
        """What Azure DevOps will never take keeps the pipeline's task from nothing: its log says so."""
        report = _read(workspace, run, notebook, deadline)
        summary = describe(report.outcome)
        try:
            announced = self._announcer.announce(self._organizations, workspace, run, notebook, deadline)
            self._tell(announced, report, summary.text, deadline)
        except NotebookRequestError as exc:
            _log.error("%s", exc)
            summary = Summary(False, f"not reported: {first_of(clean(str(exc)), _MOST_REASON)}\n{summary.text}")
        self._keep(workspace, run, notebook, report)
        workspace.history.tag(run.id, outcome_tags(summary), deadline)

    def _tell(self, announced: Announced, report: _Report, summary: str, deadline: Deadline) -> None:
        project, test_run = Project(announced.run.plan.url, announced.run.project), announced.test_run_id
        if not self._organizations.is_open(project, test_run, announced.run.run_id, deadline):  # tags may lie
            _log.warning("test run %d is not one of run %s, or has ended", test_run, announced.run.run_id)
            return
        known = self._organizations.count_results(project, test_run, deadline)
        self._organizations.add_results(project, test_run, report.outcome.shown[known:], deadline)
        names = self._organizations.list_attachments(project, test_run, deadline)
        left_out = [*report.left_out, *(
            attachment.name for attachment in report.attachments if attachment.name not in names
            and not self._organizations.attach(project, test_run, attachment, deadline))]
        comment = summary + "".join(f"\nnot attached, too large or not to be read: {name}" for name in left_out)
        self._organizations.end_test_run(
            project, test_run, comment, deadline, is_aborted=report.outcome.run_status in ("Canceled", "NotResponding"))
        _log.info("run %s is reported as test run %d", announced.run.run_id, test_run)

    def _keep(self, workspace: Workspace, run: Run, notebook: NotebookRun, report: _Report) -> None:
        """A build waits for no record: one that cannot be kept is missing."""
        if self._record is None:
            return
        facts = {**facts_of(report.outcome, report.ended or self._now()), "workspace_name": workspace.id.name,
                 "experiment_name": EXPERIMENT, "git_commit": notebook.commit}
        try:
            self._record(run.id, facts, _RECORD_SECONDS)
        except Exception as exc:
            why = exc if isinstance(exc, MonitorError) else describe_defect(exc)
            _log.warning("the result of %s is not recorded: %s", run.id, why)


def _read(workspace: Workspace, run: Run, notebook: NotebookRun, deadline: Deadline) -> _Report:
    output, name = output_of(notebook.notebook), notebook.notebook.rpartition("/")[2]
    left_out: list[str] = []
    executed = _file(workspace, run, output, left_out.append, deadline)
    log = _file(workspace, run, LOG, left_out.append, deadline)
    attachments = [Attachment(name, content) for name, content in (
        (output.rpartition("/")[2], executed), (LOG.rpartition("/")[2], log)) if content]
    results: list[CellResult] = []
    ended = None
    try:
        content = parse_json(executed) if executed else None
    except ValueError:
        content = None
    if isinstance(content, dict):
        results = read_results(notebook.notebook, content)
        attachments.append(Attachment(f"{name.removesuffix('.ipynb')}.html", render(notebook.notebook, content)))
        ended = Fields(content).time("metadata", "papermill", "end_time")
    run_error = run.error and first_of(clean(run.error), MOST_TEXT)
    outcome = NotebookOutcome(notebook.notebook, run.status, results, run_error)
    return _Report(outcome, attachments, left_out, ended)


def _file(workspace: Workspace, run: Run, path: str, leave_out: Callable[[str], None],
          deadline: Deadline) -> bytes | None:
    """None where there is none, or it is larger than could be attached: then it is left out."""
    try:
        return workspace.artifacts.read(run, path, MOST_ATTACHED_BYTES, deadline)
    except RefusedError as exc:
        _log.warning("%s", exc)
        leave_out(path.rpartition("/")[2])
        return None
