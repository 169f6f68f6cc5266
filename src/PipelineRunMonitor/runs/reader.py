"""RunEvent -> RunSnapshot, for every monitored workspace.

One workspace is opened per monitored workspace and kept for the life of the worker.
"""
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from azure_access.deadline import Deadline
from azure_access.failures import reading
from azure_access.openings import Opening
from azure_access.workspaces import WorkspaceId

from ..events.parsing import RunEvent
from . import listing
from .batches import Batches
from .connection import limited
from .listing import Page, Period
from .optional_reads import OptionalReads
from .parents import SharedParents
from .reading import Reading
from .services import ServiceFinder
from .snapshots import RunSnapshot
from .workspace_runs import WorkspaceRuns

_THREADS = 64  # what can be done without of 16 runs, as many as a busy worker reads at a time
_T = TypeVar("_T")


class RunReader:
    """Reads runs of the workspaces whose services are found; safe to use from many threads."""

    def __init__(self, services: ServiceFinder, metric_names: Sequence[str] = ()):
        """The metrics are those that are read of each run; without any the service is not asked."""
        self._services, self._metric_names = services, metric_names
        self._openings: dict[WorkspaceId, Opening[WorkspaceRuns]] = {}
        self._lock = threading.Lock()
        self._parents = SharedParents()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="read-run")
        self._batches = Batches()

    def open(self, workspace_id: WorkspaceId) -> None:
        """Begins to open a workspace before it is needed; raises nothing."""
        self._begin_opening(workspace_id)

    def read(self, event: RunEvent, deadline: Deadline) -> RunSnapshot:
        """The run of the event, its parent, its details and, of a root, what failed below it.

        Raises RunNotFoundError when run history does not know the run (yet), IdentityError when the identity got no
        token or was refused, RunHistoryError for everything else that kept the run from being read.
        """
        return self._read(event, deadline, deadline)

    def read_all(self, events: Sequence[RunEvent], make: Callable[[RunEvent, RunSnapshot], _T],
                 deadline: Deadline) -> Iterator[Future[_T]]:
        """What `make` makes of each event and its run, in the order of the events, each when it is done: by the
        deadline at the latest. Their errors are those of `read` and of `make`."""
        def read(event: RunEvent, deadline: Deadline, optional_deadline: Deadline) -> _T:
            return make(event, self._read(event, deadline, optional_deadline))
        return self._batches.read(events, read, deadline)

    def list_ended(self, workspace: WorkspaceId, period: Period, experiment_name: str | None,
                   source: str) -> Iterator[Page]:
        """The runs that ended in the period, steps among them, as if an event had told of each; page by page.

        Raises what `read` raises where nothing can be listed; an experiment that cannot be is a page that says so.
        """
        deadline = listing.page_deadline()
        with limited(deadline):
            runs = self._open(workspace, deadline)
        return listing.list_ended(runs, workspace, period, experiment_name, source)

    def _read(self, event: RunEvent, deadline: Deadline, optional_deadline: Deadline) -> RunSnapshot:
        with limited(deadline):
            self._parents.forget((event.workspace, event.run_id))
            runs = self._open(event.workspace, deadline)
            reads = OptionalReads(event.run_id, self._threads, optional_deadline)
            return Reading(event, runs, reads, self._parents, optional_deadline, self._metric_names).read()

    def _open(self, workspace_id: WorkspaceId, deadline: Deadline) -> WorkspaceRuns:
        return self._begin_opening(workspace_id).wait(deadline)

    def _begin_opening(self, workspace_id: WorkspaceId) -> Opening[WorkspaceRuns]:
        """Or goes on with what has begun, unless it failed."""
        with self._lock:
            opening = self._openings.get(workspace_id)
            if opening is None or opening.has_failed():
                opening = self._openings[workspace_id] = Opening(
                    f"workspace {workspace_id.arm_id}", lambda: self._open_anew(workspace_id))
        return opening

    def _open_anew(self, workspace_id: WorkspaceId) -> WorkspaceRuns:
        with reading(f"workspace {workspace_id.arm_id}"):
            return WorkspaceRuns(self._services.find(workspace_id))
