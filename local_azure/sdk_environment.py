"""What a program needs in its environment for its SDKs to find this machine in the place of Azure."""
from pathlib import Path

from .endpoints import Endpoints
from .resource_manager.national_clouds import PUBLIC, NationalCloud
from .scenarios.models import Workspace


def sdk_environment(home: Path, workspace: Workspace, endpoints: Endpoints, identity_key: str,
                    cloud: NationalCloud) -> dict[str, str]:
    """`home` is created: azureml-core keeps its discovery cache there. The workspace is the one that is meant where
    nothing else is said."""
    (home / ".azureml").mkdir(parents=True, exist_ok=True)
    authority = endpoints.certificate_authority
    return {
        "SUBSCRIPTION_ID": workspace.subscription_id,
        "RESOURCE_GROUP": workspace.resource_group,
        "WORKSPACE_NAME": workspace.name,
        "IDENTITY_ENDPOINT": f"{endpoints.identity}/msi/token",
        "IDENTITY_HEADER": identity_key,
        "RESOURCE_MANAGER_ENDPOINT": endpoints.resource_manager,
        "ARM_CLOUD_METADATA_URL": f"{endpoints.resource_manager}/metadata/endpoints",
        **({"AZUREML_CURRENT_CLOUD": PUBLIC.name} if cloud == PUBLIC else {}),
        "AZUREML_AUTH_CONFIG_DIR": str(home),
        "HOME": str(home),
        "REQUESTS_CA_BUNDLE": authority,
        "SSL_CERT_FILE": authority,
        "NO_PROXY": "127.0.0.1"}
