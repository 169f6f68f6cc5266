"""RunEvent -> RunSnapshot: what is asked of the run history for an ended run, and in which order.

One workspace is opened per monitored workspace and kept for the life of the worker. What the event already says is not
asked again, and requests that need not wait for each other go out together.
"""
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from azure.core.credentials import TokenCredential

from azure_access.deadline import Deadline
from azure_access.errors import RunHistoryError
from azure_access.openings import Opening
from azure_access.workspaces import WorkspaceId

from .. import statuses
from ..events.parsing import PIPELINE_RUN, RunEvent
from .parents import SharedParents
from .run_history import NO_TIME_LEFT, Run, RunHistory, authenticate, describe, limited, submitter_of
from .snapshots import RunSnapshot, RunSummary

_THREADS = 16  # as many as a busy worker runs invocations
_PAGE_SECONDS = 120.0  # for one page of a list, waits for a throttling service included
_LONGEST_RUN = timedelta(days=30)  # runs are listed by their creation
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to but not including `until`."""

    since: datetime
    until: datetime


class RunReader:
    """Reads runs with one credential; safe to use from many threads."""

    def __init__(self, credential: TokenCredential):
        self._auth = authenticate(credential)
        self._openings: dict[WorkspaceId, Opening[RunHistory]] = {}
        self._lock = threading.Lock()
        self._parents = SharedParents()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="read-run")

    def read(self, event: RunEvent, deadline: Deadline) -> RunSnapshot:
        """The run of the event, its parent, its details and, of a pipeline run, which of its steps failed.

        Raises RunNotFoundError when run history does not know the run (yet), IdentityError when the identity got no
        token or was refused, RunHistoryError for everything else that kept the run from being read.
        """
        with limited(deadline):
            self._parents.forget((event.workspace, event.run_id))
            return self._read(event, self._open(event.workspace, deadline), deadline)

    def list_ended(self, workspace: WorkspaceId, period: Period, experiment_name: str | None,
                   source: str) -> Iterator[list[RunEvent]]:
        """The runs that ended in the period, steps among them, as if an event had told of each; page by page.

        Raises what `read` raises, RunNotFoundError for an experiment that there is not.
        """
        deadline = _page_deadline()
        with limited(deadline):
            history = self._open(workspace, deadline)
            names = [experiment_name] if experiment_name else history.list_experiments()
        for name in names:
            pages = history.list_created(name, period.since - _LONGEST_RUN)
            while (page := _next(pages)) is not None:
                yield [_as_event(run, workspace, name, source) for run in page if _ended_in(run, period)]

    def _read(self, event: RunEvent, history: RunHistory, deadline: Deadline) -> RunSnapshot:
        """Before the run itself is known, the event says enough to ask for its details and, mostly, for its parent."""
        name, likely_parent_id = event.experiment_name, event.pipeline_run_id
        details = self._begin(history.read_details, event.run_id, name) if name else None
        parent = self._begin_parent(event.workspace, history, likely_parent_id, deadline)
        run = history.read_run(event.run_id)
        if run.parent_run_id != likely_parent_id:
            parent = self._begin_parent(event.workspace, history, run.parent_run_id, deadline)
        experiment_id = run.experiment_id or event.experiment_id
        name = name or history.read_experiment_name(experiment_id)
        details = details or self._begin(history.read_details, event.run_id, name)
        is_pipeline_run = run.run_type == PIPELINE_RUN
        failed_steps = history.read_failed_steps(event.run_id, name) if is_pipeline_run else None
        log_files = {} if is_pipeline_run else history.read_log_files(event.run_id, run.data_container_id)
        return RunSnapshot(
            workspace=event.workspace,
            run=history.summarize(event.run_id, run),
            parent=_result(parent, deadline) if parent else None,
            root_run_id=run.root_run_id or run.parent_run_id or event.run_id,
            experiment_id=experiment_id,
            experiment_name=name,
            run_type=run.run_type,
            created_time=run.created_utc,
            submitted_by=submitter_of(run),
            failed_steps=failed_steps,
            tags=run.tags or {},
            details=describe(_result(details, deadline) or run, log_files, submitter_of(run)))

    def _open(self, workspace_id: WorkspaceId, deadline: Deadline) -> RunHistory:
        with self._lock:
            opening = self._openings.get(workspace_id)
            if opening is None or opening.has_failed():
                opening = self._openings[workspace_id] = Opening(
                    f"workspace {workspace_id.arm_id}", lambda: RunHistory.open(workspace_id, self._auth))
        return opening.wait(deadline)

    def _begin_parent(self, workspace: WorkspaceId, history: RunHistory, run_id: str | None,
                      deadline: Deadline) -> Future[RunSummary] | None:
        if run_id is None:
            return None
        return self._begin(self._parents.read, (workspace, run_id), lambda: history.read_parent(run_id), deadline)

    def _begin(self, read: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """Reads in another thread, under the same deadline."""
        return self._threads.submit(copy_context().run, read, *arguments)


def _result(reading_run: Future[_T], deadline: Deadline) -> _T:
    """What another thread reads, awaited no longer than the deadline."""
    try:
        return reading_run.result(deadline.remaining_seconds())
    except TimeoutError as exc:
        raise RunHistoryError(NO_TIME_LEFT) from exc


def _next(pages: Iterator[Sequence[Run]]) -> Sequence[Run] | None:
    with limited(_page_deadline()):
        return next(pages, None)


def _page_deadline() -> Deadline:
    return Deadline(_PAGE_SECONDS, is_patient=True)


def _ended_in(run: Run, period: Period) -> bool:
    """A run that was canceled before it started may have no end."""
    ended = run.end_time_utc or run.created_utc
    return run.status in statuses.ENDED and ended is not None and period.since <= ended < period.until


def _as_event(run: Run, workspace: WorkspaceId, experiment_name: str, source: str) -> RunEvent:
    return RunEvent(
        id=None, type="", time=None, workspace=workspace, run_id=run.run_id, run_status=run.status,
        run_type=run.run_type, experiment_id=run.experiment_id, experiment_name=experiment_name, tags=run.tags or {},
        properties={}, source=source)
