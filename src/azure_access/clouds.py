"""The clouds of Azure, by the names that azure-core has for them, and where each has what the function needs.

The names and addresses are those of Microsoft's "Azure Government developer guide" and "Azure China developer guide",
and of azure-core, azure-identity and azureml-core, which know the clouds too but take long to be imported.
"""
from dataclasses import dataclass

from .environment import quote
from .errors import SettingsError


@dataclass(frozen=True, slots=True)
class Cloud:
    """`az_name` is what the Azure CLI, Bicep and azureml-core call it. Of Application Insights: where records are sent
    if the connection string does not say it, for whom a token to send them is, and where they are asked for. The
    audience for Resource Manager, a slash at its end, is that for Azure Machine Learning too, but for batch endpoints,
    whose audience is the studio. Log Analytics has a newer address in the public cloud, and its old audience ("Access
    the Azure Monitor Log Analytics API")."""

    name: str
    az_name: str
    authority_host: str
    resource_manager: str
    management_audience: str
    ingestion_endpoint: str
    ingestion_audience: str
    query_endpoint: str
    log_analytics_endpoint: str
    log_analytics_audience: str
    machine_learning_studio: str


PUBLIC = Cloud(
    "AZURE_PUBLIC_CLOUD", "AzureCloud", "login.microsoftonline.com",
    "https://management.azure.com", "https://management.core.windows.net/",
    "https://dc.services.visualstudio.com", "https://monitor.azure.com", "https://api.applicationinsights.io",
    "https://api.loganalytics.azure.com", "https://api.loganalytics.io",
    "https://ml.azure.com")
US_GOVERNMENT = Cloud(
    "AZURE_US_GOVERNMENT", "AzureUSGovernment", "login.microsoftonline.us",
    "https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net/",
    "https://dc.applicationinsights.us", "https://monitor.azure.us", "https://api.applicationinsights.us",
    "https://api.loganalytics.us", "https://api.loganalytics.us",
    "https://ml.azure.us")
CHINA = Cloud(
    "AZURE_CHINA_CLOUD", "AzureChinaCloud", "login.chinacloudapi.cn",
    "https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn/",
    "https://dc.applicationinsights.azure.cn", "https://monitor.azure.cn", "https://api.applicationinsights.azure.cn",
    "https://api.loganalytics.azure.cn", "https://api.loganalytics.azure.cn",
    "https://ml.azure.cn")
CLOUDS = (PUBLIC, US_GOVERNMENT, CHINA)


def find_cloud(name: str) -> Cloud:
    """By either name, in any case. Raises SettingsError."""
    found = (cloud for cloud in CLOUDS if name.casefold() in (cloud.name.casefold(), cloud.az_name.casefold()))
    cloud = next(found, None)
    if cloud is None:
        raise SettingsError(f"AZURE_CLOUD is {quote(name)}: put one of {', '.join(one.name for one in CLOUDS)} there, "
                            "or remove it for the public cloud")
    return cloud
