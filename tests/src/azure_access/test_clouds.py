import pytest
from azure.core import AzureClouds
from azure.identity import AzureAuthorityHosts

from azure_access.clouds import CLOUDS, find_cloud
from azure_access.credentials import credential
from azure_access.errors import SettingsError
from azure_access.identity_settings import IdentitySettings

PRINCIPAL = {"TENANT_ID": "t", "APP_ID": "a", "SERVICE_PRINCIPAL_PASSWORD": "p"}


def test_every_cloud_that_azure_core_knows_has_its_places():
    assert {cloud.name for cloud in CLOUDS} == {cloud.value for cloud in AzureClouds}
    assert [cloud.authority_host for cloud in CLOUDS] == [
        AzureAuthorityHosts.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_GOVERNMENT, AzureAuthorityHosts.AZURE_CHINA]
    for place in ("authority_host", "resource_manager", "management_audience", "ingestion_audience", "query_endpoint",
                  "log_analytics_endpoint", "log_analytics_audience"):
        assert len({getattr(cloud, place) for cloud in CLOUDS}) == len(CLOUDS)


@pytest.mark.parametrize("cloud", CLOUDS, ids=lambda cloud: cloud.name)
def test_resource_manager_is_where_azureml_core_asks_it(cloud):
    known = pytest.importorskip("azureml._vendor.azure_cli_core.cloud").HARD_CODED_CLOUD_LIST
    [endpoints] = [one.endpoints for one in known if one.name == cloud.az_name]
    assert (cloud.resource_manager, cloud.management_audience) == (
        endpoints.resource_manager.rstrip("/"), endpoints.active_directory_resource_id)


@pytest.mark.parametrize("value, expected", [("", None), ("https://127.0.0.1:8443", "https://127.0.0.1:8443")])
def test_another_resource_manager_can_be_named(value, expected):
    assert IdentitySettings.from_environment({"RESOURCE_MANAGER_ENDPOINT": value}).resource_manager == expected


def test_a_token_goes_to_no_resource_manager_without_tls():
    with pytest.raises(SettingsError, match="RESOURCE_MANAGER_ENDPOINT does not begin with https://"):
        IdentitySettings.from_environment({"RESOURCE_MANAGER_ENDPOINT": "http://127.0.0.1:8443"})


@pytest.mark.parametrize("name", ["AZURE_US_GOVERNMENT", "azure_us_government", "AzureUSGovernment"])
def test_cloud_goes_by_either_name(name):
    assert find_cloud(name).query_endpoint == "https://api.applicationinsights.us"


def test_unknown_cloud_is_an_error_that_names_those_there_are():
    with pytest.raises(SettingsError, match="AZURE_CLOUD is 'Mars': put one of AZURE_PUBLIC_CLOUD, AZURE_US"):
        find_cloud("Mars")


@pytest.mark.parametrize("environment, authority", [
    ({}, "https://login.microsoftonline.com"),
    ({"AZURE_CLOUD": "AZURE_US_GOVERNMENT"}, "https://login.microsoftonline.us"),
    ({"AZURE_SDK_CLOUD_CONF": "AZURE_CHINA_CLOUD"}, "https://login.chinacloudapi.cn"),
    ({"AZURE_CLOUD": "AZURE_CHINA_CLOUD", "AZURE_AUTHORITY_HOST": "login.example.com"}, "https://login.example.com")])
def test_cloud_decides_who_gives_tokens_unless_the_settings_say_more(environment, authority):
    assert credential(IdentitySettings.from_environment({**PRINCIPAL, **environment}))._authority == authority


@pytest.mark.parametrize("value, name", [(None, None), ("", None), ("AZURE_PUBLIC_CLOUD", "AzureCloud"),
                                         ("AZURE_CHINA_CLOUD", "AzureChinaCloud")])
def test_azureml_core_finds_out_for_itself_where_no_cloud_is_named(value, name):
    assert IdentitySettings.from_environment({"AZURE_CLOUD": value or ""}).cloud_name == name
