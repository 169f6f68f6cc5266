"""Which way of finding a workspace's services the settings name. A library is imported only where it is used:
azureml-core takes half a second."""
import threading

from azure.core.credentials import TokenCredential

from azure_access.connections.trust import read_authorities
from azure_access.errors import SettingsError
from azure_access.identity_settings import IdentitySettings
from azure_access.tokens import TokenSource

from ..settings import REST, Settings
from .reader import RunReader
from .services import ServiceFinder


def open_reader(settings: Settings, credential: TokenCredential) -> RunReader:
    """Begins to open the first workspace, in a thread of its own: whoever reads waits for it. Raises SettingsError."""
    threading.Thread(target=read_authorities, name="authorities", daemon=True).start()  # while the token comes
    identity = settings.identity
    find = _find_by_rest if settings.run_reader == REST else _find_by_azureml_core
    reader = RunReader(find(identity, credential), settings.recorded_metrics)
    reader.open(settings.workspaces[0])
    return reader


def _find_by_rest(identity: IdentitySettings, credential: TokenCredential) -> ServiceFinder:
    from .rest_services import RestServices
    return RestServices(credential, identity.cloud, identity.resource_manager)


def _find_by_azureml_core(identity: IdentitySettings, credential: TokenCredential) -> ServiceFinder:
    audience = identity.cloud.management_audience
    tokens = TokenSource(credential, f"{audience}/.default")
    tokens.begin()  # it comes while azureml-core is imported
    try:
        from .azureml_services import AzureMLServices
    except ImportError as exc:
        raise SettingsError(f"azureml-core cannot be imported ({exc}): set RUN_READER to rest, which does without it, "
                            "or deploy it too, on Python 3.11 or 3.12") from exc
    return AzureMLServices(credential, identity.cloud_name, {audience: tokens})
