"""The Function App that is deployed runs this code: its settings, runtime and storage are what code and plan need."""
import json
import re

import pytest

from NotebookRuns.settings import OWN_NAMES as NOTEBOOK_NAMES
from PipelineRunMonitor.settings import NAMES, Settings
from PipelineSchedule.settings import OWN_NAMES as SCHEDULE_NAMES
from tests.environment_setup.bicep.compiler import CompilerError
from tests.environment_setup.bicep.deployed import (
    APPLICATION_INSIGHTS, GROUP, OTHER_WORKSPACE, WORKSPACE, app_settings, infrastructure)

IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader"
SERVICE_PRINCIPAL = {"servicePrincipalClientId": "app", "servicePrincipalTenantId": "tenant"}
CONNECTION_STRING = "InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=https://here.example"
# "App settings reference for Azure Functions", Flex Consumption plan deprecations: what the plan refuses or ignores.
DEPRECATED_SETTINGS = {
    "ENABLE_ORYX_BUILD", "FUNCTIONS_EXTENSION_VERSION", "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_WORKER_RUNTIME_VERSION",
    "FUNCTIONS_MAX_HTTP_CONCURRENCY", "FUNCTIONS_WORKER_PROCESS_COUNT", "FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED",
    "SCM_DO_BUILD_DURING_DEPLOYMENT", "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", "WEBSITE_CONTENTOVERVNET",
    "WEBSITE_CONTENTSHARE", "WEBSITE_DNS_SERVER", "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
    "WEBSITE_NODE_DEFAULT_VERSION", "WEBSITE_RUN_FROM_PACKAGE", "WEBSITE_SKIP_CONTENTSHARE_VALIDATION",
    "WEBSITE_VNET_ROUTE_ALL"}
PLATFORM_SETTINGS = {
    "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL",
    *(f"AzureWebJobs.{name}.Disabled" for name in (
        "CloseStaleNotebookPlans", "Reconcile", "ReportNotebookRun", "RunNotebooks", "RunStatus", "SubmitOnSchedule",
        "SubmitPipeline")),
    "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__tableServiceUri",
    "PYTHON_ISOLATE_WORKER_DEPENDENCIES", "PYTHON_THREADPOOL_THREAD_COUNT"}


def settings_of_code(app_settings):
    """What the function makes of them, once Azure has put in what it only knows at deployment."""
    later = {"APP_INSIGHTS_CONNECTION_STRING": CONNECTION_STRING, "SERVICE_PRINCIPAL_PASSWORD": "hush",
             "AZURE_CLOUD": "AzureCloud"}
    return Settings.from_environment({name: later.get(name, value) for name, value in app_settings.items()})


@pytest.fixture(scope="module")
def app():
    return infrastructure(existingWorkspaceId=WORKSPACE).the("Microsoft.Web/sites")


def test_the_settings_are_those_of_the_code():
    assert set(app_settings(infrastructure(**SERVICE_PRINCIPAL))) == {
        *NAMES, *SCHEDULE_NAMES, *NOTEBOOK_NAMES, *PLATFORM_SETTINGS}


def test_the_code_takes_the_settings():
    found = settings_of_code(app_settings(infrastructure(
        existingWorkspaceId=WORKSPACE, moreWorkspaceIds=[OTHER_WORKSPACE], settings={"RECORDED_STATUSES": "Failed"})))
    assert [workspace.name for workspace in found.workspaces] == ["sample-ws", "other-ws"]
    assert found.workspaces[0].resource_group == "ml"
    assert found.recorded_statuses == {"Failed"}
    assert found.identity.service_principal is None


def test_default_settings_are_the_defaults_of_the_code():
    deployed = settings_of_code(app_settings(infrastructure(existingWorkspaceId=WORKSPACE)))
    assert deployed == Settings.from_environment({
        "APP_INSIGHTS_CONNECTION_STRING": CONNECTION_STRING, "MONITORED_WORKSPACES": WORKSPACE,
        "AZURE_CLOUD": "AzureCloud"})


def test_the_secret_of_a_service_principal_is_a_key_vault_reference():
    deployed = infrastructure(**SERVICE_PRINCIPAL, servicePrincipalSecret="hush")
    found = app_settings(deployed)
    vault = next(one for one in deployed.of_type("Microsoft.KeyVault/vaults") if one.name == "Sample-dev-KV")
    secret = deployed.the("Microsoft.KeyVault/vaults/secrets")
    assert secret.id.startswith(f"{vault.id}/")
    assert secret.properties == {"value": "[parameters('servicePrincipalSecret')]"}
    reference = f"@Microsoft.KeyVault(VaultName={vault.name};SecretName={secret.name})"
    assert found["SERVICE_PRINCIPAL_PASSWORD"] == reference
    assert settings_of_code(found).identity.service_principal.client_id == "app"
    assert "hush" not in json.dumps([one.body for one in deployed.resources])


def test_the_secret_that_a_vault_has_is_kept():
    secret = infrastructure(**SERVICE_PRINCIPAL).the("Microsoft.KeyVault/vaults/secrets")
    assert "not(empty(parameters('" in secret.body["condition"]


def test_without_a_service_principal_there_is_no_vault_for_it():
    assert [one.name for one in infrastructure().of_type("Microsoft.KeyVault/vaults")] == ["Sample-dev-AML-KV"]


def test_a_user_assigned_identity_is_the_one_that_reads():
    deployed = infrastructure(userAssignedIdentityId=IDENTITY)
    assert deployed.the("Microsoft.Web/sites").body["identity"] == {
        "type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}
    assert app_settings(deployed)["MANAGED_IDENTITY_CLIENT_ID"] == f"<{IDENTITY}.clientId>"


@pytest.mark.parametrize("reconcile", [True, False])
def test_lost_events_are_looked_for_where_that_is_asked_for(reconcile):
    found = app_settings(infrastructure(existingWorkspaceId=WORKSPACE, reconcile=reconcile))
    assert settings_of_code(found).reconciles == reconcile
    assert found["AzureWebJobs.Reconcile.Disabled"] == ("false" if reconcile else "true")


@pytest.mark.parametrize(("settings", "switched_on"), [
    ({}, set()),
    ({"SUBMITTABLE_PIPELINES": "nightly=batch:scoring"}, {"SubmitPipeline", "RunStatus"}),
    ({"SUBMITTABLE_PIPELINES": "nightly=batch:scoring", "SCHEDULED_PIPELINE": "nightly"},
     {"SubmitPipeline", "RunStatus", "SubmitOnSchedule"}),
])
def test_functions_that_start_pipelines_are_on_where_some_may_be_started(settings, switched_on):
    found = app_settings(infrastructure(existingWorkspaceId=WORKSPACE, settings=settings))
    assert {name.split(".")[1] for name, value in found.items() if name.endswith(".Disabled") and value == "false"
            } == switched_on


def test_every_way_in_is_encrypted(app):
    assert app.properties["httpsOnly"] is True
    assert app.properties["siteConfig"]["minTlsVersion"] == "1.2"
    assert app.properties["siteConfig"]["scmMinTlsVersion"] == "1.2"
    for account in infrastructure().of_type("Microsoft.Storage/storageAccounts"):
        assert account.properties["minimumTlsVersion"] == "TLS1_2"
        assert account.properties["supportsHttpsTrafficOnly"] is True
        assert account.properties["allowBlobPublicAccess"] is False


def test_the_plan_is_flex_consumption(app):
    plan = infrastructure().the("Microsoft.Web/serverfarms")
    assert plan.body["sku"] == {"name": "FC1", "tier": "FlexConsumption"}
    assert app.properties["serverFarmId"] == plan.id
    assert app.properties["functionAppConfig"]["runtime"] == {"name": "python", "version": "3.11"}
    assert DEPRECATED_SETTINGS & set(app_settings(infrastructure())) == set()


def test_the_storage_is_reached_by_identity_alone():
    deployed = infrastructure()
    accounts = deployed.of_type("Microsoft.Storage/storageAccounts")
    storage = next(one for one in accounts if one.name == "sampledevfuncsa")
    assert storage.properties["allowSharedKeyAccess"] is False
    found = {name: value for name, value in app_settings(deployed).items() if name.startswith("AzureWebJobsStorage")}
    assert found == {
        "AzureWebJobsStorage__credential": "managedidentity",
        "AzureWebJobsStorage__blobServiceUri": f"<{storage.id}.primaryEndpoints.blob>",
        "AzureWebJobsStorage__tableServiceUri": f"<{storage.id}.primaryEndpoints.table>"}


def test_the_package_has_its_container():
    deployed = infrastructure()
    package = deployed.the("Microsoft.Web/sites").properties["functionAppConfig"]["deployment"]["storage"]
    containers = deployed.of_type("Microsoft.Storage/storageAccounts/blobServices/containers")
    assert package["authentication"] == {"type": "SystemAssignedIdentity"}
    [name] = re.findall(r"\.primaryEndpoints\.blob, '(\w+)'\)\]$", package["value"])
    assert name in {container.name for container in containers}


def test_records_go_to_application_insights_without_losses():
    component = infrastructure().the("Microsoft.Insights/components")
    assert component.properties["SamplingPercentage"] == 100
    assert component.properties["DisableLocalAuth"] is False


@pytest.mark.parametrize("setting", ["APP_INSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING"])
def test_an_existing_application_insights_is_used(setting):
    deployed = infrastructure(existingApplicationInsightsId=APPLICATION_INSIGHTS)
    assert deployed.of_type("Microsoft.Insights/components") == []
    assert deployed.of_type("Microsoft.OperationalInsights/workspaces") == []
    assert app_settings(deployed)[setting] == f"<{APPLICATION_INSIGHTS}.ConnectionString>"


def test_an_existing_workspace_is_left_alone():
    deployed = infrastructure(existingWorkspaceId=WORKSPACE)
    assert deployed.of_type("Microsoft.MachineLearningServices/workspaces") == []
    assert [one.name for one in deployed.of_type("Microsoft.Storage/storageAccounts")] == ["sampledevfuncsa"]


def test_a_new_workspace_has_what_it_needs():
    deployed = infrastructure()
    workspace = deployed.the("Microsoft.MachineLearningServices/workspaces")
    ids = {one.id for one in deployed.resources}
    assert {workspace.properties[name] for name in ("storageAccount", "keyVault", "applicationInsights")} <= ids
    assert app_settings(deployed)["WORKSPACE_NAME"] == workspace.name


def test_every_resource_that_can_have_tags_has_them():
    tagless = {"Microsoft.Authorization/roleAssignments", "Microsoft.Authorization/roleDefinitions",
               "Microsoft.KeyVault/vaults/secrets", "Microsoft.OperationalInsights/workspaces/tables",
               "Microsoft.Storage/storageAccounts/blobServices/containers", "Microsoft.Web/sites/config",
               "Microsoft.Web/sites/basicPublishingCredentialsPolicies"}
    for resource in infrastructure(tags={"team": "ml"}).resources:
        if resource.type not in tagless:
            tags = resource.body["tags"]
            assert {"application": "Pipeline Run Monitor", "environment": "dev", "team": "ml"}.items() <= tags.items()


@pytest.mark.parametrize("base_name", ["ab", "a" * 11, "1Sample", "Sam-ple", "Sam_ple", "Sämple"])
def test_a_base_name_that_names_cannot_begin_with_is_refused(base_name):
    with pytest.raises(CompilerError, match="baseName|Compilation failed"):
        infrastructure(baseName=base_name)


@pytest.mark.parametrize("name", ["a-b", "d_v"])
def test_an_environment_that_names_cannot_have_is_refused(name):
    with pytest.raises(CompilerError, match="environmentName has to have only letters and digits"):
        infrastructure(environmentName=name)


def test_names_begin_with_the_base_name():
    named_otherwise = {"Microsoft.Authorization/roleAssignments", "Microsoft.Authorization/roleDefinitions",
                       "Microsoft.Insights/workbooks", "Microsoft.OperationalInsights/workspaces/tables",
                       "Microsoft.Storage/storageAccounts/blobServices/containers", "Microsoft.Web/sites/config",
                       "Microsoft.Web/sites/basicPublishingCredentialsPolicies"}
    for resource in infrastructure(baseName="MyUniqueML").resources:
        if resource.type not in named_otherwise:
            assert re.match("myuniqueml-?dev", resource.name.lower())


def test_tables_keep_what_they_hold_as_long_as_the_workspace_does():
    deployed = infrastructure(logRetentionDays=30)
    assert deployed.the("Microsoft.OperationalInsights/workspaces").properties["retentionInDays"] == 30
    found = deployed.of_type("Microsoft.OperationalInsights/workspaces/tables")
    tables = {table.name: table.properties for table in found}
    assert {"AppTraces", "AppRequests", "AppDependencies", "AppExceptions"} <= set(tables)
    assert all(one == {"retentionInDays": 30, "totalRetentionInDays": 30} for one in tables.values())


def test_where_no_keys_are_taken_records_and_the_host_s_telemetry_come_with_tokens():
    deployed = infrastructure(disableLocalAuth=True)
    found = app_settings(deployed)
    assert deployed.the("Microsoft.Insights/components").properties["DisableLocalAuth"] is True
    assert settings_of_code(found).ingestion.scope == "https://monitor.azure.com/.default"
    assert found["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] == "Authorization=AAD"
    with_keys = infrastructure()
    assert with_keys.the("Microsoft.Insights/components").properties["DisableLocalAuth"] is False
    assert settings_of_code(app_settings(with_keys)).ingestion.scope is None
    assert "APPLICATIONINSIGHTS_AUTHENTICATION_STRING" not in app_settings(with_keys)
