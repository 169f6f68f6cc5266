"""Starts the runs that a message asks for, once each, however often the message comes.

A run that is there already is not started again: its id is made of plan, task and notebook. Where all are there, or
another call has the claim to one of their test runs, the repository is not asked for.
"""
import logging
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from weakref import WeakValueDictionary

from azure_access.deadline import Deadline

from .announcing import CLAIM, Announcer
from .devops.organizations import Organizations, Project
from .errors import NotThereError, WorkspaceUnavailableError
from .jobs import Job, changed_jobs, read_jobs
from .machine_learning.run_history import Run
from .machine_learning.workspaces import Workspace, Workspaces
from .repository.archives import Archive, open_archive
from .requests.messages import NotebookRequest
from .runs.configuration import RunPlace, run_configuration
from .runs.identifiers import NotebookRun, read_tags, run_id_of

_AT_ONCE = 4  # runs that are being started
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Started:
    """`is_new`: this call has started it."""

    run: NotebookRun
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Work:
    """What all runs of a message share."""

    request: NotebookRequest
    workspace: Workspace
    organizations: Organizations
    deadline: Deadline


class Starter:
    """Safe to use from many threads. `with_token` makes what reads the repository and creates the test runs with a
    message's token; without it `organizations` does. `hosts` are trusted beside Azure DevOps' own."""

    def __init__(self, organizations: Organizations, workspaces: Workspaces, announcer: Announcer,
                 hosts: Collection[str], with_token: Callable[[str], Organizations] | None = None) -> None:
        self._organizations, self._workspaces = organizations, workspaces
        self._announcer, self._hosts, self._with_token = announcer, hosts, with_token
        self._turns: WeakValueDictionary[tuple[str, str], threading.Lock] = WeakValueDictionary()

    def start(self, request: NotebookRequest, deadline: Deadline) -> list[Started]:
        """None, where no notebook has changed. Raises MonitorError, InFlightError where another call is at one of them;
        what was started until then is found by the next call."""
        turn = self._turns.setdefault((request.plan.plan_id, request.plan.task_id), threading.Lock())
        with turn:
            workspace = self._workspaces.find(request.workspace)
            organizations = (self._with_token(request.token) if self._with_token and request.token
                             else self._organizations)
            work = _Work(request, workspace, organizations, deadline)
            with ThreadPoolExecutor(_AT_ONCE) as threads:
                if there := self._find_all(work):
                    return list(threads.map(lambda one: self._announce(work, *one), there))
                jobs = _find_jobs(organizations, request, deadline)
                if not jobs:
                    return []
                workspace.submissions.check_compute(request.compute, deadline)
                workspace.history.create_experiment(deadline)
                return list(threads.map(lambda job: self._start(work, job, len(jobs)), jobs))

    def _find_all(self, work: _Work) -> list[tuple[Run, NotebookRun]]:
        """The message's runs, if all of them are there, as the list of runs tells. Raises InFlightError where another
        call is just making a test run: it will start what is missing."""
        plan, deadline = work.request.plan, work.deadline
        runs = [self._refreshed(work, run) for run in work.workspace.history.list_of(plan, deadline)]
        found = [(run, notebook) for run in runs
                 if (notebook := read_tags(run.id, run.tags, self._hosts)) and notebook.plan == plan]
        if found and len(found) >= found[0][1].notebooks_in_plan:
            return found
        for run, notebook in found:
            if notebook.test_run_id is None:
                work.workspace.artifacts.check_free(run, CLAIM, deadline)
        return []

    def _refreshed(self, work: _Work, run: Run) -> Run:
        """A test run that the list of runs does not tell yet is asked of the run itself."""
        notebook = read_tags(run.id, run.tags, self._hosts)
        if notebook and notebook.test_run_id is not None:
            return run
        return work.workspace.history.find(run.id, work.deadline) or run

    def _start(self, work: _Work, job: Job, count: int) -> Started:
        request, history, deadline = work.request, work.workspace.history, work.deadline
        run_id = run_id_of(request.plan, job.notebook.path)
        found = history.find(run_id, deadline)
        notebook = read_tags(run_id, found.tags, self._hosts) if found else None
        if not found:
            place = RunPlace(request.compute, request.image, request.timeout_minutes)
            snapshot_id = work.workspace.submissions.send(job.snapshot, deadline)
            work.workspace.submissions.submit(
                run_id, run_configuration(job.notebook.path, job.requirements, place), snapshot_id, deadline)
        if not notebook:
            notebook = NotebookRun(request.plan, request.project, job.notebook.path, None, count,
                                   request.version.name if request.version.kind == "commit" else "")
            history.tag(run_id, notebook.tags(), deadline)  # whatever becomes of this call, its end can be told
        run = found or history.find(run_id, deadline)
        if run is None:
            raise WorkspaceUnavailableError(f"run {run_id} is not there yet")
        return self._announce(work, run, notebook)

    def _announce(self, work: _Work, run: Run, notebook: NotebookRun) -> Started:
        announced = self._announcer.announce(work.organizations, work.workspace, run, notebook, work.deadline)
        return Started(announced.run, is_new=notebook.test_run_id is None)


def _find_jobs(organizations: Organizations, request: NotebookRequest, deadline: Deadline) -> list[Job]:
    project = Project(request.plan.url, request.project)
    content = organizations.download(project, request.repository, request.version, deadline)
    jobs = read_jobs(open_archive(content), request)
    before = _find_before(organizations, project, request, deadline)
    return jobs if before is None else changed_jobs(jobs, before, request)


def _find_before(organizations: Organizations, project: Project, request: NotebookRequest,
                 deadline: Deadline) -> Archive | None:
    """What notebooks are compared with; None where all are to be run. A commit that is not there is that of a branch
    that is new, or that was pushed with force; a branch or tag that is not there is a mistake."""
    version = request.changed_since
    if version is None:
        return None
    try:
        return open_archive(organizations.download(project, request.repository, version, deadline))
    except NotThereError:
        if version.kind != "commit":
            raise
    _log.warning("all notebooks of plan %s are run: commit %s is not there", request.plan.plan_id, version.name)
    return None
