import json
from pathlib import Path

import pytest

from azure_access.errors import SettingsError
from azure_access.identity_settings import ServicePrincipal
from azure_access.workspaces import WorkspaceId
from NotebookRuns.settings import OWN_NAMES as NOTEBOOK_NAMES
from PipelineRunMonitor.settings import NAMES, Ingestion, Settings
from PipelineSchedule.settings import OWN_NAMES as SCHEDULE_NAMES

KEY = "11111111-2222-3333-4444-555555555555"
COMPLETE = {"SUBSCRIPTION_ID": "s", "RESOURCE_GROUP": "g", "WORKSPACE_NAME": "w",
            "APP_INSIGHTS_CONNECTION_STRING": f"InstrumentationKey={KEY};IngestionEndpoint=https://example.com/"}
SOURCE = Path(__file__).parents[3] / "src"


def read(**changes):
    environment = {**COMPLETE, **changes}
    return Settings.from_environment({name: value for name, value in environment.items() if value is not ...})


def test_complete_settings():
    settings = read()
    assert settings.workspaces == (WorkspaceId("s", "g", "w"),)
    assert settings.ingestion == Ingestion(KEY, "https://example.com")
    assert settings.identity.service_principal is None
    assert settings.recorded_statuses == {"Completed", "Failed", "Canceled", "NotResponding"}


def test_names_of_the_second_sample():
    settings = Settings.from_environment({
        "SUBSCRIPTION_ID": "s", "AML_RESOURCE_GROUP": "g", "AML_WORKSPACE_NAME": "w", "TENANT_ID": "t", "APP_ID": "a",
        "SERVICE_PRINCIPAL_PASSWORD": "p", "APPINSIGHTS_CONNECTION_STRING": f"InstrumentationKey={KEY}"})
    assert settings.workspaces == (WorkspaceId("s", "g", "w"),)
    assert settings.identity.service_principal == ServicePrincipal("t", "a", "p")
    assert settings.ingestion.endpoint == "https://dc.services.visualstudio.com"


def test_names_of_azure_identity():
    settings = read(AZURE_TENANT_ID="t", AZURE_CLIENT_ID="a", AZURE_CLIENT_SECRET="p")
    assert settings.identity.service_principal == ServicePrincipal("t", "a", "p")


def test_client_id_alone_names_a_managed_identity():
    settings = read(AZURE_CLIENT_ID="a", AZURE_TENANT_ID="t")
    assert settings.identity.service_principal is None
    assert settings.identity.managed_identity_client_id == "a"


@pytest.mark.parametrize("connection_string, endpoint", [
    (f"InstrumentationKey={KEY.upper()}", "https://dc.services.visualstudio.com"),
    (f"instrumentationkey={KEY};ingestionendpoint=https://e.com/;LiveEndpoint=https://l.com/?a=b;", "https://e.com"),
    (f"InstrumentationKey={KEY};EndpointSuffix=ai.azure.cn", "https://dc.ai.azure.cn"),
    (f"InstrumentationKey={KEY};EndpointSuffix=ai.com;Location=westus2", "https://westus2.dc.ai.com"),
])
def test_connection_strings(connection_string, endpoint):
    assert read(APP_INSIGHTS_CONNECTION_STRING=connection_string).ingestion == Ingestion(KEY, endpoint)


@pytest.mark.parametrize("value, connection_string, scope", [
    (..., "", None), ("key", "", None), ("Entra", "", "https://monitor.azure.com/.default"),
    ("entra", ";AADAudience=https://monitor.azure.us/", "https://monitor.azure.us/.default")])
def test_records_may_be_sent_with_a_token(value, connection_string, scope):
    settings = read(APP_INSIGHTS_AUTHENTICATION=value,
                    APP_INSIGHTS_CONNECTION_STRING=COMPLETE["APP_INSIGHTS_CONNECTION_STRING"] + connection_string)
    assert settings.ingestion.scope == scope


def test_the_host_s_own_setting_counts():
    settings = read(APPLICATIONINSIGHTS_AUTHENTICATION_STRING="Authorization=AAD;ClientId=c")
    assert settings.ingestion.scope == "https://monitor.azure.com/.default"


def test_more_workspaces():
    more = WorkspaceId("s2", "g2", "w2")
    assert read(MONITORED_WORKSPACES=f" {more.arm_id}/ ,").workspaces == (WorkspaceId("s", "g", "w"), more)
    assert read(SUBSCRIPTION_ID=..., RESOURCE_GROUP=..., WORKSPACE_NAME="",
                MONITORED_WORKSPACES=more.arm_id).workspaces == (more,)


def test_recorded_statuses_in_any_case():
    assert read(RECORDED_STATUSES="failed, NOTRESPONDING").recorded_statuses == {"Failed", "NotResponding"}


@pytest.mark.parametrize("changes, names", [
    ({"SUBSCRIPTION_ID": ...}, ["SUBSCRIPTION_ID not set", "subscription id"]),
    ({"RESOURCE_GROUP": "", "WORKSPACE_NAME": " "}, ["RESOURCE_GROUP, WORKSPACE_NAME not set"]),
    ({"APP_INSIGHTS_CONNECTION_STRING": ...}, ["APP_INSIGHTS_CONNECTION_STRING not set", "InstrumentationKey="]),
    ({"APP_INSIGHTS_CONNECTION_STRING": "InstrumentationKey=x"}, ["no valid InstrumentationKey"]),
    ({"APP_INSIGHTS_CONNECTION_STRING": f"InstrumentationKey={KEY};IngestionEndpoint=http://e.com"}, ["https://"]),
    ({"MONITORED_WORKSPACES": "sample-ws"}, ["MONITORED_WORKSPACES", "ARM id"]),
    ({"APP_ID": "a", "TENANT_ID": "t"}, ["SERVICE_PRINCIPAL_PASSWORD not set"]),
    ({"SERVICE_PRINCIPAL_PASSWORD": "p"}, ["TENANT_ID, APP_ID not set"]),
    ({"RECORDED_STATUSES": "Failed,Cancelled"}, ["RECORDED_STATUSES", "Cancelled", "Canceled"]),
    ({"APP_INSIGHTS_AUTHENTICATION": "none"}, ["APP_INSIGHTS_AUTHENTICATION is 'none'", "key or entra"]),
    ({"RUN_READER": "msrest"}, ["RUN_READER is 'msrest'", "one of azureml, rest"]),
    ({"DELIVERY_TIMEOUT_SECONDS": "60"}, ["DELIVERY_TIMEOUT_SECONDS is '60'", "from 1 to 28"]),
    ({"DELIVERY_TIMEOUT_SECONDS": "nan"}, ["DELIVERY_TIMEOUT_SECONDS is 'nan'"]),
    ({"DELIVERY_TIMEOUT_SECONDS": "soon"}, ["DELIVERY_TIMEOUT_SECONDS is 'soon'"]),
])
def test_missing_or_wrong_setting_is_named_with_its_cure(changes, names):
    with pytest.raises(SettingsError) as raised:
        read(**changes)
    assert all(name in str(raised.value) for name in names)


@pytest.mark.parametrize("name", ["MONITORED_WORKSPACES", "RUN_READER", "RECORD_STORE", "RECORDED_STATUSES",
                                  "PIPELINE_RUN_TRACES", "DELIVERY_TIMEOUT_SECONDS", "RECONCILE",
                                  "RESOURCE_MANAGER_ENDPOINT", "APP_INSIGHTS_API_ENDPOINT"])
@pytest.mark.parametrize("secret", [
    "Endpoint=sb://example.com/;SharedAccessKey=aHVudGVyMg==", "q" * 64, "AccountKey=hush"])
def test_a_secret_in_the_wrong_place_is_not_told(name, secret):
    with pytest.raises(SettingsError, match=name) as raised:
        read(**{name: secret})
    assert not any(part in str(raised.value) for part in ("aHVudGVyMg", "q" * 21, "hush"))


def test_secrets_are_not_shown_by_repr():
    settings = read(TENANT_ID="t", APP_ID="a", SERVICE_PRINCIPAL_PASSWORD="hunter2")
    assert "hunter2" not in repr(settings) and KEY not in repr(settings)


def test_example_file_names_every_setting():
    example = json.loads((SOURCE / "local.settings.json.example").read_text())["Values"]
    switches = {name for name in example if name.startswith("AzureWebJobs.") and name.endswith(".Disabled")}
    assert set(example) - switches == set(NAMES) | set(SCHEDULE_NAMES) | set(NOTEBOOK_NAMES) | {
        "AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME", "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL"}


@pytest.mark.parametrize("value, expected", [
    (..., ()), ("", ()), (" , ", ()), ("*", ("*",)), (" auc,val loss , auc,*", ("auc", "val loss", "*"))])
def test_metrics_are_recorded_by_name_and_none_by_default(value, expected):
    assert read(RECORD_METRICS=value).recorded_metrics == expected


@pytest.mark.parametrize("value, expected", [("true", True), ("False", False), (..., True)])
def test_traces_of_pipeline_runs_can_be_turned_off(value, expected):
    assert read(PIPELINE_RUN_TRACES=value).sends_spans is expected


def test_anything_but_true_and_false_is_a_clear_error():
    with pytest.raises(SettingsError, match="PIPELINE_RUN_TRACES is 'maybe': put true or false there"):
        read(PIPELINE_RUN_TRACES="maybe")


@pytest.mark.parametrize("cloud, changes, expected", [
    (..., {}, ("https://api.applicationinsights.io", "https://api.applicationinsights.io/.default",
               "https://monitor.azure.com/.default")),
    ("AZURE_US_GOVERNMENT", {}, ("https://api.applicationinsights.us", "https://api.applicationinsights.us/.default",
                                 "https://monitor.azure.us/.default")),
    ("AZURE_CHINA_CLOUD", {"APP_INSIGHTS_API_ENDPOINT": "https://api.example.com/"},
     ("https://api.example.com", "https://api.applicationinsights.azure.cn/.default",
      "https://monitor.azure.cn/.default"))])
def test_cloud_decides_where_records_are_asked_for_and_for_whom_tokens_are(cloud, changes, expected):
    found = read(AZURE_CLOUD=cloud, APP_INSIGHTS_AUTHENTICATION="entra", **changes).ingestion
    assert (found.api_endpoint, found.api_scope, found.scope) == expected


def test_audience_of_the_connection_string_overrides_that_of_the_cloud():
    text = f"InstrumentationKey={KEY};AADAudience=https://monitor.example.com"
    found = read(AZURE_CLOUD="AZURE_CHINA_CLOUD", APP_INSIGHTS_AUTHENTICATION="entra",
                 APP_INSIGHTS_CONNECTION_STRING=text).ingestion
    assert (found.endpoint, found.scope) == ("https://dc.applicationinsights.azure.cn",
                                             "https://monitor.example.com/.default")
