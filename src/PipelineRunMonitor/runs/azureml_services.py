"""Finds the services of a workspace through azureml-core; no other module imports azureml.

What is asked of them, and what is made of the answers, is no matter of this module: the SDK's own models drop what they
do not know and refuse words that are new to them. Its tokens come from azure-identity.
"""
import threading
from collections.abc import Mapping
from typing import Any

from azure.core.credentials import TokenCredential
from azureml.core import Experiment, Workspace
from azureml.core._portal import HasRunPortal
from azureml.core.authentication import TokenAuthentication

from azure_access.deadline import Deadline
from azure_access.tokens import TokenSource
from azure_access.workspaces import WorkspaceId

from .connection import Connection
from .services import OPENING_SECONDS, Services


class AzureMLServices:
    """One serves all workspaces; safe to use from many threads. The cloud decides where Resource Manager is; without a
    name the SDK's own settings do, `AZUREML_CURRENT_CLOUD` for one. `tokens` are those by audience that there are."""

    def __init__(self, credential: TokenCredential, cloud_name: str | None, tokens: Mapping[str, TokenSource]):
        self._credential = credential
        self._tokens = dict(tokens)
        self._lock = threading.Lock()
        self.auth = _Authentication(self._get_token, cloud_name)

    def find(self, workspace_id: WorkspaceId) -> Services:
        """Raises whatever the SDK does."""
        workspace = Workspace(workspace_id.subscription_id, workspace_id.resource_group, workspace_id.name,
                              auth=self.auth)
        context = workspace.service_context
        audience = self.auth._cloud_type.endpoints.active_directory_resource_id
        history_url = context._get_run_history_url().rstrip("/")
        any_experiment = Experiment(workspace, "any", _id="any", _create_in_cloud=False)
        return Services(
            workspace=workspace_id,
            history_url=history_url,
            artifacts_url=context._get_artifacts_url().rstrip("/"),
            portal_url=HasRunPortal(any_experiment, "{run_id}").get_portal_url(),
            connection=Connection(self._source(audience)),
            region=workspace.location)

    def _get_token(self, audience: str) -> str:
        return self._source(audience).get(Deadline(OPENING_SECONDS))

    def _source(self, audience: str) -> TokenSource:
        with self._lock:
            return self._tokens.setdefault(audience, TokenSource(self._credential, f"{audience}/.default"))


class _Authentication(TokenAuthentication):  # type: ignore[misc]  # azureml-core has no types
    """Without the list of all subscriptions that the identity may see. The SDK asks for it before each workspace, and
    imports a library for it: Resource Manager says by itself what it does not know, or not show.
    """

    def _get_all_subscription_ids(self) -> tuple[list[Any], None]:
        return [], None

    def _check_if_subscription_exists(self, *_: object) -> bool:
        return True
