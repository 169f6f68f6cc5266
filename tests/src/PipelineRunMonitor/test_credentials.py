from azure.identity import ClientSecretCredential, DefaultAzureCredential

from PipelineRunMonitor.credentials import credential
from PipelineRunMonitor.settings import Settings

ENVIRONMENT = {"SUBSCRIPTION_ID": "s", "RESOURCE_GROUP": "g", "WORKSPACE_NAME": "w",
               "APP_INSIGHTS_CONNECTION_STRING": "InstrumentationKey=11111111-2222-3333-4444-555555555555"}


def test_service_principal_where_one_is_set():
    principal = {"TENANT_ID": "t", "APP_ID": "a", "SERVICE_PRINCIPAL_PASSWORD": "p"}
    settings = Settings.from_environment({**ENVIRONMENT, **principal})
    assert isinstance(credential(settings), ClientSecretCredential)


def test_managed_identity_then_az_login_otherwise():
    chain = credential(Settings.from_environment(ENVIRONMENT))
    assert isinstance(chain, DefaultAzureCredential)
    assert [type(part).__name__ for part in chain.credentials] == ["ManagedIdentityCredential", "AzureCliCredential"]
