"""Who the function app is, and in which Azure: the settings of its identity, which all its functions share.

docs/settings.md describes each of `NAMES`.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field

from .clouds import PUBLIC, Cloud, find_cloud
from .environment import Read, reader
from .errors import SettingsError

# The first name is the documented one; others come from the samples that this app replaces and from Azure's own SDKs.
NAMES = {
    "TENANT_ID": ("AZURE_TENANT_ID",),
    "APP_ID": ("AZURE_CLIENT_ID",),
    "SERVICE_PRINCIPAL_PASSWORD": ("AZURE_CLIENT_SECRET",),
    "MANAGED_IDENTITY_CLIENT_ID": ("AZURE_CLIENT_ID",),
    "AZURE_CLOUD": ("AZURE_SDK_CLOUD_CONF",),
    "AZURE_AUTHORITY_HOST": (),
    "RESOURCE_MANAGER_ENDPOINT": (),
}


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    tenant_id: str
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """Without a service principal it is the managed identity: the system's, or the user-assigned one that is named.
    `authority_host` and `resource_manager` are others than the cloud's; `names_cloud` tells whether the settings say
    which cloud it is."""

    service_principal: ServicePrincipal | None = None
    managed_identity_client_id: str | None = None
    authority_host: str | None = None
    resource_manager: str | None = None
    cloud: Cloud = PUBLIC
    names_cloud: bool = False

    @property
    def cloud_name(self) -> str | None:
        """As azureml-core calls it; None where it is to find out for itself."""
        return self.cloud.az_name if self.names_cloud else None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "IdentitySettings":
        """Raises SettingsError, which names the setting and says what to put there."""
        read = reader(environment, NAMES)
        named = read("AZURE_CLOUD")
        return cls(
            service_principal=_service_principal(read, environment),
            managed_identity_client_id=read("MANAGED_IDENTITY_CLIENT_ID"),
            authority_host=read("AZURE_AUTHORITY_HOST"),
            resource_manager=_resource_manager(read),
            cloud=find_cloud(named) if named else PUBLIC,
            names_cloud=named is not None)


def _resource_manager(read: Read) -> str | None:
    endpoint = read("RESOURCE_MANAGER_ENDPOINT")
    if endpoint and not endpoint.startswith("https://"):
        raise SettingsError("RESOURCE_MANAGER_ENDPOINT does not begin with https://: remove it, or put the address of "
                            "another Resource Manager there than that of the cloud")
    return endpoint


def _service_principal(read: Read, environment: Mapping[str, str]) -> ServicePrincipal | None:
    """A secret, or the second sample's APP_ID, says that one is meant; AZURE_CLIENT_ID alone does not."""
    tenant_id, client_id, secret = map(read, ("TENANT_ID", "APP_ID", "SERVICE_PRINCIPAL_PASSWORD"))
    if not secret and not environment.get("APP_ID", "").strip():
        return None
    if tenant_id and client_id and secret:
        return ServicePrincipal(tenant_id, client_id, secret)
    names = {"TENANT_ID": tenant_id, "APP_ID": client_id, "SERVICE_PRINCIPAL_PASSWORD": secret}
    missing = [name for name, value in names.items() if not value]
    raise SettingsError(f"{', '.join(missing)} not set: a service principal needs {', '.join(names)}; "
                        "remove all three to use the managed identity")
