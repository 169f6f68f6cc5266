"""The workspaces in which notebooks run, each opened when it is first needed."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from azure_access.workspaces import WorkspaceId
from NotebookRuns.errors import InvalidMessageError

from .artifacts import Artifacts
from .run_history import RunHistory
from .services import Services
from .submissions import Submissions


@dataclass(frozen=True, slots=True)
class Workspace:
    """One of them, by what is asked of it."""

    id: WorkspaceId
    history: RunHistory
    submissions: Submissions
    artifacts: Artifacts


class Workspaces:
    """`open_services` asks for nothing yet."""

    def __init__(self, known: Sequence[WorkspaceId], open_services: Callable[[WorkspaceId], Services]) -> None:
        self.all = [_open(services) for services in map(open_services, known)]

    def find(self, wanted: WorkspaceId | None) -> Workspace:
        """The first, where none is wanted. Raises InvalidMessageError."""
        if wanted is None:
            return self.all[0]
        for workspace in self.all:
            if workspace.id.is_same(wanted):
                return workspace
        raise InvalidMessageError(f"the workspace {wanted.name} is none of those of the Function App: mend ws.*, or "
                                  "add it to MONITORED_WORKSPACES, with an event subscription and the roles")


def _open(services: Services) -> Workspace:
    history = RunHistory(services)
    return Workspace(services.workspace, history, Submissions(services, history), Artifacts(services))
