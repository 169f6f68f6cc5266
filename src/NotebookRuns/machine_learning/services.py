"""Where the services of one workspace are, and how they are asked: the REST APIs that the SDK v1 calls itself.

"Workspaces - Get" of Resource Manager says where the discovery is, and all services are at one address with it.
"""
from dataclasses import replace

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from azure_access.workspaces import WorkspaceId
from NotebookRuns.errors import NotThereError, RefusedError, WorkspaceRefusedError, WorkspaceUnavailableError
from NotebookRuns.transport import Request, Service, Told, Transport

SERVICE = Service(
    "Azure Machine Learning", WorkspaceUnavailableError, "https://status.azure.com", WorkspaceRefusedError,
    "give the identity of the Function App the role AzureML Data Scientist on the workspace")
_API_VERSION = "2024-10-01"


class Services:
    """Safe to use from many threads; every call raises as `Transport.ask` does. `blobs` is asked without a token:
    signed addresses are enough."""

    def __init__(self, workspace: WorkspaceId, resource_manager: str, management: Transport, blobs: Transport) -> None:
        self.workspace, self.blobs = workspace, blobs
        self._resource_manager, self._management = resource_manager.rstrip("/"), management
        self._api_url: str | None = None

    def ask(self, request: Request, deadline: Deadline) -> Fields:
        """What is answered, as a JSON object, no members where the body is empty. The request's `url` begins with a
        service and its version, as in `history/v1.0`; the workspace's name takes the place of `{ws}`."""
        return self.ask_told(request, deadline).fields

    def ask_told(self, request: Request, deadline: Deadline) -> Told:
        """As `ask`, with the time by the service's own clock."""
        path = request.url.replace("{ws}", self.workspace.arm_id)
        asked = replace(request, url=f"{self._find(deadline)}/{path}")
        return self._management.ask_told(asked, deadline)

    def _find(self, deadline: Deadline) -> str:
        if self._api_url is None:
            name = self.workspace.name
            try:
                found = self._management.ask_fields(Request(
                    f"the workspace {name}", "GET", f"{self._resource_manager}{self.workspace.arm_id}",
                    {"api-version": _API_VERSION}), deadline)
            except NotThereError as exc:
                raise RefusedError(f"Resource Manager knows no workspace {name} in the resource group "
                                   f"{self.workspace.resource_group}") from exc  # whatever was asked of it
            discovery = found.text("properties", "discoveryUrl") or ""
            if not discovery.startswith("https://"):
                raise RefusedError(f"the workspace {name} does not say where its services are")
            self._api_url = discovery.rstrip("/").removesuffix("/discovery")
        return self._api_url
