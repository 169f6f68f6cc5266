"""Which way of finding a workspace's services the settings name. A library is imported only where it is used."""
from azure.core.credentials import TokenCredential

from azure_access.errors import SettingsError

from ..settings import REST, Settings
from .reader import RunReader
from .services import ServiceFinder


def open_reader(settings: Settings, credential: TokenCredential) -> RunReader:
    """Asks for nothing yet."""
    return RunReader(_finder(settings, credential))


def _finder(settings: Settings, credential: TokenCredential) -> ServiceFinder:
    identity = settings.identity
    if settings.run_reader == REST:
        from .rest_services import RestServices
        return RestServices(credential, identity.cloud, identity.resource_manager)
    try:
        from .azureml_services import AzureMLServices
    except ImportError as exc:
        raise SettingsError(f"azureml-core cannot be imported ({exc}): set RUN_READER to rest, which does without it, "
                            "or deploy it too, on Python 3.11 or 3.12") from exc
    return AzureMLServices(credential, identity.cloud_name)
