"""What Azure Resource Manager says about the cloud, its subscriptions and the workspaces in them."""
from collections.abc import Iterable
from typing import Any

from local_azure.identity.models import TENANT_ID
from local_azure.resource_manager.national_clouds import CLOUDS, PUBLIC, NationalCloud
from local_azure.scenarios.models import Workspace

_NOWHERE = "https://127.0.0.1:9"


class ResourceNotFoundError(LookupError):
    """Nothing has this ARM id."""


class ResourceManager:
    """The workspaces, and where their users find the other services.

    `login_url` is the URL of the identity service, `discovery_url` what every workspace gives as its discovery URL,
    `application_id` that of the one Application Insights, to which all are attached.
    """

    def __init__(self, workspaces: Iterable[Workspace], login_url: str, discovery_url: str,
                 cloud: NationalCloud = PUBLIC, application_id: str = ""):
        self._workspaces = {workspace.arm_id.lower(): workspace for workspace in workspaces}
        self._login_url = login_url
        self._discovery_url = discovery_url
        self._cloud = cloud
        self._application_id = application_id

    def cloud_metadata(self, resource_manager_url: str) -> list[dict[str, Any]]:
        """The one cloud there is, in the shape that clients expect at ARM_CLOUD_METADATA_URL.

        Where it is not the public one, the others are named as well, so that clients have to choose; they lead nowhere.
        Audiences and suffixes are the cloud's own: clients only name them, when they ask for tokens.
        """
        others = [other for other in CLOUDS if other != self._cloud] if self._cloud != PUBLIC else []
        return [*(_describe(other, _NOWHERE, _NOWHERE) for other in others),
                _describe(self._cloud, resource_manager_url, self._login_url)]

    def subscriptions(self) -> dict[str, Any]:
        """The subscriptions that hold a workspace."""
        ids = sorted({workspace.subscription_id for workspace in self._workspaces.values()})
        return {"value": [
            {"id": f"/subscriptions/{subscription_id}", "subscriptionId": subscription_id, "tenantId": TENANT_ID,
             "displayName": "Local Azure", "state": "Enabled"}
            for subscription_id in ids]}

    def workspace(self, arm_id: str) -> dict[str, Any]:
        """The workspace resource with this id, in any case. Raises ResourceNotFoundError."""
        workspace = self._workspaces.get(arm_id.lower())
        if workspace is None:
            raise ResourceNotFoundError(arm_id)
        return {
            "id": workspace.arm_id,
            "name": workspace.name,
            "type": "Microsoft.MachineLearningServices/workspaces",
            "location": workspace.location,
            "tags": {},
            "identity": {"type": "SystemAssigned", "principalId": workspace.id, "tenantId": TENANT_ID},
            "sku": {"name": "Basic", "tier": "Basic"},
            "properties": {
                "friendlyName": workspace.name,
                "workspaceId": workspace.id,
                "discoveryUrl": self._discovery_url,
                "creationTime": "2021-06-14T07:32:20.1164297Z",
                "provisioningState": "Succeeded",
                **_attached_resources(workspace)}}

    def component(self, arm_id: str) -> dict[str, Any]:
        """The Application Insights with this id, in any case, by a workspace's name. Raises ResourceNotFoundError."""
        for workspace in self._workspaces.values():
            own_id = _attached_resources(workspace)["applicationInsights"]
            if own_id.lower() == arm_id.lower():
                return {"id": own_id, "name": workspace.name, "type": "microsoft.insights/components", "kind": "web",
                        "location": workspace.location, "properties": {
                            "ApplicationId": workspace.name, "AppId": self._application_id,
                            "Application_Type": "web", "provisioningState": "Succeeded"}}
        raise ResourceNotFoundError(arm_id)


def _describe(cloud: NationalCloud, resource_manager_url: str, login_url: str) -> dict[str, Any]:
    return {
        "name": cloud.name,
        "portal": f"https://portal.{cloud.domain}",
        "authentication": {
            "loginEndpoint": login_url,
            "audiences": [f"{cloud.management}/", f"https://management.{cloud.domain}/"],
            "tenant": "common",
            "identityProvider": "AAD"},
        "resourceManager": resource_manager_url,
        "suffixes": {"storage": cloud.storage}}


def _attached_resources(workspace: Workspace) -> dict[str, str]:
    providers = workspace.arm_id.partition("/Microsoft.MachineLearningServices/")[0]
    return {
        "storageAccount": f"{providers}/Microsoft.Storage/storageAccounts/samplews8207488120",
        "keyVault": f"{providers}/Microsoft.KeyVault/vaults/samplews5912",
        "applicationInsights": f"{providers}/Microsoft.Insights/components/{workspace.name}"}
