"""Where the services of one workspace are and how they are reached: all in which ways of reading differ."""
from dataclasses import dataclass
from typing import Protocol

from azure_access.workspaces import WorkspaceId

from .connection import Connection

OPENING_SECONDS = 25.0  # to find the services of a workspace; whoever waits for them may give up sooner


@dataclass(frozen=True, slots=True)
class Services:
    """`history_url` and `artifacts_url` have no slash at the end; in `portal_url`, the page of a run, its id takes the
    place of `{run_id}`. The connection signs every request. `region` is where the workspace is."""

    workspace: WorkspaceId
    history_url: str
    artifacts_url: str
    portal_url: str
    connection: Connection
    region: str | None = None

    def find_page(self, run_id: str) -> str:
        return self.portal_url.replace("{run_id}", run_id)


class ServiceFinder(Protocol):
    """Safe to use from many threads."""

    def find(self, workspace_id: WorkspaceId) -> Services:
        """Asks for the workspace, and where its services are. What it raises tells why it cannot."""
