"""Which way of finding a workspace's services the settings name. A library is imported only where it is used:
azureml-core takes half a second. What takes its time is imported while the token comes."""
import threading
from typing import TYPE_CHECKING

from azure.core.credentials import TokenCredential

from azure_access.errors import SettingsError
from azure_access.identity_settings import IdentitySettings
from azure_access.tokens import TokenSource

from ..settings import REST, Settings

if TYPE_CHECKING:
    from .reader import RunReader
    from .services import ServiceFinder


def open_reader(settings: Settings, credential: TokenCredential) -> "RunReader":
    """Begins to open the first workspace, in a thread of its own: whoever reads waits for it. Raises SettingsError."""
    identity = settings.identity
    tokens = TokenSource(credential, f"{identity.cloud.management_audience}/.default")
    tokens.begin()
    from azure_access.connections.trust import read_authorities
    threading.Thread(target=read_authorities, name="authorities", daemon=True).start()
    from .reader import RunReader
    find = _find_by_rest if settings.run_reader == REST else _find_by_azureml_core
    reader = RunReader(find(identity, credential, tokens), settings.recorded_metrics)
    reader.open(settings.workspaces[0])
    return reader


def _find_by_rest(identity: IdentitySettings, _: TokenCredential, tokens: TokenSource) -> "ServiceFinder":
    from .rest_services import RestServices
    return RestServices(tokens, identity.resource_manager or identity.cloud.resource_manager)


def _find_by_azureml_core(identity: IdentitySettings, credential: TokenCredential,
                          tokens: TokenSource) -> "ServiceFinder":
    try:
        from .azureml_services import AzureMLServices
    except ImportError as exc:
        raise SettingsError(f"azureml-core cannot be imported ({exc}): set RUN_READER to rest, which does without it, "
                            "or deploy it too, on Python 3.11 or 3.12") from exc
    return AzureMLServices(credential, identity.cloud_name, {identity.cloud.management_audience: tokens})
