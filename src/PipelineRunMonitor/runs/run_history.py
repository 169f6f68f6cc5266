"""Finds the run history of a workspace and signs requests to it through azureml-core; no other module imports azureml.

What is asked there, and what is made of the answers, is no matter of this module: the SDK's own models drop what they
do not know and refuse words that are new to them. Its tokens come from azure-identity.
"""
from collections.abc import Callable

from azure.core.credentials import TokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azureml.core import Experiment, Workspace
from azureml.core._portal import HasRunPortal
from azureml.core.authentication import TokenAuthentication

from azure_access.tokens import refused
from azure_access.workspaces import WorkspaceId

from .services import Services


def authenticate(credential: TokenCredential, cloud_name: str | None) -> TokenAuthentication:
    """For `open_services`; one serves all workspaces. The cloud decides where Resource Manager is; without a name the
    SDK's own settings do, `AZUREML_CURRENT_CLOUD` for one."""
    return TokenAuthentication(_token_source(credential), cloud_name)


def open_services(workspace_id: WorkspaceId, auth: TokenAuthentication) -> Services:
    """Asks for the workspace and where its services are. Raises whatever the SDK does."""
    workspace = Workspace(workspace_id.subscription_id, workspace_id.resource_group, workspace_id.name, auth=auth)
    context = workspace.service_context
    any_experiment = Experiment(workspace, "any", _id="any", _create_in_cloud=False)
    return Services(
        workspace=workspace_id,
        history_url=context._get_run_history_url().rstrip("/"),
        artifacts_url=context._get_artifacts_url().rstrip("/"),
        portal_url=HasRunPortal(any_experiment, "{run_id}").get_portal_url(),
        authorize=lambda: auth.get_authentication_header()["Authorization"])


def _token_source(credential: TokenCredential) -> Callable[[str], str]:
    def get_token(audience: str) -> str:
        try:
            return credential.get_token(f"{audience}/.default").token
        except ClientAuthenticationError as exc:
            raise refused(audience, exc.message) from exc
    return get_token
