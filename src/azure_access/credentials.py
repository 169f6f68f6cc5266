"""Which Azure identity the function has: a service principal, else the managed identity, else `az login`.

The credentials of azure-identity keep their tokens and renew them: one credential serves a worker for its life.
"""
import logging

from azure.core.credentials import TokenCredential
from azure.identity import ClientSecretCredential, DefaultAzureCredential

from .clouds import PUBLIC
from .errors import SettingsError
from .identity_settings import IdentitySettings, ServicePrincipal

# The defaults of azure-core are minutes; a delivery has seconds.
_LIMITS = {"connection_timeout": 2, "read_timeout": 3, "retry_total": 1, "retry_backoff_factor": 0.2}


def credential(settings: IdentitySettings) -> TokenCredential:
    """A credential for every audience; asks for no token yet. Raises SettingsError."""
    logging.getLogger("azure").setLevel(logging.WARNING)  # azure-identity tells of every token it hands out
    # Where nothing logs, as in a command, Python would print its warnings: what they say, the error of a token says.
    if not (identity := logging.getLogger("azure.identity")).handlers:
        identity.addHandler(logging.NullHandler())
    try:
        if settings.service_principal:
            return _service_principal(settings.service_principal, settings)
        return _managed_identity_or_login(settings)
    except ValueError as exc:
        raise SettingsError(f"TENANT_ID, APP_ID or AZURE_AUTHORITY_HOST is wrong: {exc}") from exc


def _service_principal(principal: ServicePrincipal, settings: IdentitySettings) -> ClientSecretCredential:
    # Another authority is asked without Microsoft's public cloud, which may not be in reach of another cloud.
    return ClientSecretCredential(
        principal.tenant_id, principal.client_id, principal.secret, authority=_authority(settings),
        disable_instance_discovery=_authority(settings) != PUBLIC.authority_host, **_LIMITS)


def _authority(settings: IdentitySettings) -> str:
    """Said in every case: azure-identity takes a variable that is set but empty for an authority without a name."""
    return settings.authority_host or settings.cloud.authority_host


def _managed_identity_or_login(settings: IdentitySettings) -> DefaultAzureCredential:
    """Of the default chain only these two, so that no stray variable or login decides who the function is."""
    return DefaultAzureCredential(
        authority=_authority(settings),
        managed_identity_client_id=settings.managed_identity_client_id,
        process_timeout=5,
        exclude_environment_credential=True,
        exclude_workload_identity_credential=True,
        exclude_shared_token_cache_credential=True,
        exclude_visual_studio_code_credential=True,
        exclude_powershell_credential=True,
        exclude_developer_cli_credential=True,
        exclude_broker_credential=True,
        **_LIMITS)
