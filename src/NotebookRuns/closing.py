"""Ends the pipeline's task when the last of its notebooks was reported: once, with a summary in its log."""
import logging
from collections.abc import Sequence

from azure_access.deadline import Deadline
from azure_access.errors import InFlightError

from .devops.organizations import Organizations
from .errors import NotThereError
from .machine_learning.run_history import Run
from .machine_learning.workspaces import Workspace
from .reports.summaries import Summary, summarize
from .requests.plans import Plan
from .runs.identifiers import CLOSED, is_closed, notebook_of, read_count
from .runs.outcomes import read_outcome, was_reported

_log = logging.getLogger(__name__)


class Closer:
    """Safe to use from many threads."""

    def __init__(self, organizations: Organizations) -> None:
        self._organizations = organizations

    def close_if_done(self, workspace: Workspace, plan: Plan, deadline: Deadline) -> None:
        """Raises MonitorError. What the list of runs does not tell yet is asked of the run itself."""
        runs = [run if was_reported(run.tags) else workspace.history.find(run.id, deadline) or run
                for run in workspace.history.list_of(plan, deadline)]
        if runs and len(runs) >= read_count(runs[0].tags) and all(was_reported(run.tags) for run in runs):
            self.close(workspace, plan, runs, deadline)

    def close(self, workspace: Workspace, plan: Plan, runs: Sequence[Run], deadline: Deadline, *,
              missing: int = 0) -> None:
        """The task ends as its notebooks did; failed, where some are `missing` that were never started. Does nothing
        where another call is at it. Raises MonitorError."""
        first, *others = ordered = sorted(runs, key=lambda run: run.id)
        if is_closed((workspace.history.find(first.id, deadline) or first).tags):
            return
        try:
            with workspace.artifacts.claimed(first, "close", deadline):
                told = sorted(ordered, key=lambda run: notebook_of(run.tags))
                self._complete(plan, [read_outcome(run.tags) for run in told], missing, deadline)
                for run in (*others, first):  # the first one last: it is what others look at
                    workspace.history.tag(run.id, CLOSED, deadline)
        except InFlightError as exc:
            _log.info("%s", exc)

    def _complete(self, plan: Plan, outcomes: Sequence[Summary], missing: int, deadline: Deadline) -> None:
        try:
            if not self._organizations.is_task_over(plan, deadline):
                self._organizations.write_log(plan, summarize(outcomes, missing), deadline)
                self._organizations.complete_task(
                    plan, deadline, succeeded=not missing and all(outcome.succeeded for outcome in outcomes))
                _log.info("the task of plan %s is completed", plan.plan_id)
        except NotThereError as exc:
            _log.warning("nobody waits for plan %s any more: %s", plan.plan_id, exc)
