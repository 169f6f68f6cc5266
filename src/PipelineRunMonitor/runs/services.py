"""Where the services of one workspace are and how requests to them are signed: all in which ways of reading differ."""
from collections.abc import Callable
from dataclasses import dataclass

from azure_access.workspaces import WorkspaceId


@dataclass(frozen=True, slots=True)
class Services:
    """`history_url` and `artifacts_url` have no slash at the end; in `portal_url`, the page of a run, its id takes the
    place of `{run_id}`. `authorize` gives the Authorization header of a request, or raises IdentityError."""

    workspace: WorkspaceId
    history_url: str
    artifacts_url: str
    portal_url: str
    authorize: Callable[[], str]

    def find_page(self, run_id: str) -> str:
        return self.portal_url.replace("{run_id}", run_id)
