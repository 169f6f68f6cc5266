"""Finds the services of a workspace by REST: nothing but azure-identity and HTTP, so that azureml-core can be left out.

Resource Manager says where the discovery service of the workspace is, and that where run history, artifacts and the
studio are ("Workspaces - Get"; "Create, run, and delete Azure Machine Learning resources by using REST"). Addresses,
token and pages are those that azureml-core would come to.
"""
import base64
import json

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from azure_access.failures import reading
from azure_access.tokens import TokenSource
from azure_access.workspaces import WorkspaceId

from .connection import Connection, limited
from .services import OPENING_SECONDS, Services

_API_VERSION = "2024-04-01"
_STUDIO = "https://ml.azure.com"


class RestServices:
    """One serves all workspaces of a cloud; safe to use from many threads."""

    def __init__(self, tokens: TokenSource, resource_manager: str):
        """The tokens are for Resource Manager, whose address is given, and for Azure Machine Learning."""
        self._resource_manager = resource_manager.rstrip("/")
        self._tokens = tokens
        self._connection = Connection(tokens)

    def find(self, workspace_id: WorkspaceId) -> Services:
        """Raises MonitorError."""
        deadline = Deadline(OPENING_SECONDS)
        with limited(deadline):
            what = f"workspace {workspace_id.arm_id}"
            workspace = self._connection.ask(
                what, f"{self._resource_manager}{workspace_id.arm_id}?api-version={_API_VERSION}")
            discovery_url = _find_url(what, workspace, "properties", "discoveryUrl")
            services = self._connection.ask(f"services of {what}", discovery_url)
        history_url = _find_url(f"services of {what}", services, "history")
        return Services(
            workspace=workspace_id,
            history_url=history_url,
            artifacts_url=history_url,  # which has no name of its own in the discovery
            portal_url=_page(services.text("studio") or _STUDIO, workspace_id, _tenant(self._tokens.get(deadline))),
            connection=self._connection,
            region=workspace.text("location"))


def _find_url(what: str, answer: Fields, *path: str) -> str:
    """Where requests are sent to with a token. Raises RunHistoryError."""
    with reading(what):
        url = answer.text(*path) or ""
        if not url.startswith("https://"):
            raise ValueError(f"no {path[-1]}")
    return url.rstrip("/")


def _page(studio_url: str, workspace: WorkspaceId, tenant_id: str | None) -> str:
    return workspace.page_of("{run_id}", studio_url) + (f"&tid={tenant_id}" if tenant_id else "")


def _tenant(token: str) -> str | None:
    """Whose token it is, as the token says, which is for its receiver to check."""
    try:
        claims = token.split(".")[1]
        return Fields(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))).text("tid")
    except (ValueError, LookupError):
        return None
