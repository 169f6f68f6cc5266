"""The clouds of Azure that this machine can pose as: what each is called, and for whom its tokens are.

The values are those that Resource Manager gives at `/metadata/endpoints`, and of Microsoft's pages on Entra
authentication for Application Insights.
"""
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NationalCloud:
    """`management`, `query`, `workspaces` and `publishing` are the audiences of tokens: for Resource Manager and Azure
    Machine Learning, for the query APIs of Application Insights and of Log Analytics, and for sending telemetry."""

    name: str
    domain: str
    storage: str
    management: str
    query: str
    workspaces: str
    publishing: str


PUBLIC = NationalCloud("AzureCloud", "azure.com", "core.windows.net", "https://management.core.windows.net",
                       "https://api.applicationinsights.io", "https://api.loganalytics.io", "https://monitor.azure.com")
US_GOVERNMENT = NationalCloud(
    "AzureUSGovernment", "azure.us", "core.usgovcloudapi.net", "https://management.core.usgovcloudapi.net",
    "https://api.applicationinsights.us", "https://api.loganalytics.us", "https://monitor.azure.us")
CHINA = NationalCloud(
    "AzureChinaCloud", "azure.cn", "core.chinacloudapi.cn", "https://management.core.chinacloudapi.cn",
    "https://api.applicationinsights.azure.cn", "https://api.loganalytics.azure.cn", "https://monitor.azure.cn")
CLOUDS = (PUBLIC, US_GOVERNMENT, CHINA)
