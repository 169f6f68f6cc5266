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
}


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    tenant_id: str
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """Without a service principal it is the managed identity: the system's, or the user-assigned one that is named.
    `authority_host` is another than the cloud's; `names_cloud` tells whether the settings say which cloud it is."""

    service_principal: ServicePrincipal | None = None
    managed_identity_client_id: str | None = None
    authority_host: str | None = None
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
        return cls(_service_principal(read, environment), read("MANAGED_IDENTITY_CLIENT_ID"),
                   read("AZURE_AUTHORITY_HOST"), find_cloud(named) if named else PUBLIC, names_cloud=named is not None)


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
