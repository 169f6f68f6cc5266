"""The test run of Azure DevOps in which a notebook is told of: one for each run, whoever comes to make it.

It is made when the run is there, so that none waits in Azure DevOps for a run that never was; by the call that starts
the run, or where that was cut short, by the one that reports it.
"""
import logging
from collections.abc import Collection
from dataclasses import dataclass, replace

from azure_access.deadline import Deadline

from .devops.organizations import Organizations, Project
from .errors import NotThereError, RefusedError
from .machine_learning.run_history import Run
from .machine_learning.workspaces import Workspace
from .runs.identifiers import NotebookRun, read_tags

CLAIM = "test_run"
"""To make it."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Announced:
    """A notebook's run, and the test run that it has."""

    run: NotebookRun
    test_run_id: int


class Announcer:
    """Safe to use from many threads. `hosts` are trusted beside Azure DevOps' own."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = hosts

    def announce(self, organizations: Organizations, workspace: Workspace, run: Run, notebook: NotebookRun,
                 deadline: Deadline) -> Announced:
        """The notebook's run with its test run. Raises MonitorError, InFlightError where another call makes it."""
        if notebook.test_run_id is not None:
            return Announced(notebook, notebook.test_run_id)
        with workspace.artifacts.claimed(run, CLAIM, deadline) as is_first:
            known = workspace.history.find(run.id, deadline)
            meanwhile = read_tags(run.id, known.tags, self._hosts) if known else None
            if meanwhile and meanwhile.test_run_id is not None:
                return Announced(meanwhile, meanwhile.test_run_id)
            found = None if is_first else self._find(organizations, run, notebook, deadline)
            test_run_id = found if found is not None else organizations.create_test_run(
                _project(notebook), notebook.notebook, run.id, deadline)
            made = replace(notebook, test_run_id=test_run_id)
            workspace.history.tag(run.id, made.tags(), deadline)
        return Announced(made, test_run_id)

    def _find(self, organizations: Organizations, run: Run, notebook: NotebookRun, deadline: Deadline) -> int | None:
        """One that a call has made whose answer was lost, or that was killed before it could note it down."""
        try:
            return organizations.find_test_run(
                _project(notebook), notebook.notebook, notebook.run_id, run.created, run.created + run.age, deadline)
        except (NotThereError, RefusedError) as exc:
            _log.warning("%s", exc)
            return None


def _project(notebook: NotebookRun) -> Project:
    return Project(notebook.plan.url, notebook.project)
