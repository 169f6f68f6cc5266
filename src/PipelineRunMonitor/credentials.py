"""Which Azure identity the function has: a service principal, else the managed identity, else `az login`.

The credentials of azure-identity keep their tokens and renew them: one credential serves a worker for its life.
"""
from azure.core.credentials import TokenCredential
from azure.identity import ClientSecretCredential, DefaultAzureCredential

from .settings import Settings

# The defaults of azure-core are minutes; a delivery has seconds.
_LIMITS = {"connection_timeout": 5, "read_timeout": 5, "retry_total": 1, "retry_backoff_factor": 0.2}


def credential(settings: Settings) -> TokenCredential:
    """A credential for every audience; asks for no token yet."""
    principal = settings.service_principal
    if principal is None:
        return _managed_identity_or_login(settings.managed_identity_client_id)
    authority = {}
    if settings.authority_host:  # asked without Microsoft's public cloud, which may not be in reach of another cloud
        authority = {"authority": settings.authority_host, "disable_instance_discovery": True}
    return ClientSecretCredential(principal.tenant_id, principal.client_id, principal.secret, **authority, **_LIMITS)


def _managed_identity_or_login(client_id: str | None) -> DefaultAzureCredential:
    """Of the default chain only these two, so that no stray variable or login decides who the function is."""
    return DefaultAzureCredential(
        managed_identity_client_id=client_id,
        exclude_environment_credential=True,
        exclude_workload_identity_credential=True,
        exclude_shared_token_cache_credential=True,
        exclude_visual_studio_code_credential=True,
        exclude_powershell_credential=True,
        exclude_developer_cli_credential=True,
        exclude_broker_credential=True,
        **_LIMITS)
