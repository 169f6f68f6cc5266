"""What points the SDKs of a program to a local Azure."""
from dataclasses import fields, replace

from local_azure.endpoints import Endpoints
from local_azure.resource_manager.national_clouds import CHINA, PUBLIC
from local_azure.scenarios.models import Workspace
from local_azure.sdk_environment import sdk_environment

WORKSPACE = Workspace("sub-1", "sample", "sample-ws", "guid", "westeurope", experiments=(), runs=())
ENDPOINTS = replace(Endpoints(**{field.name: f"the {field.name}" for field in fields(Endpoints)}),
                    identity="https://127.0.0.1:1", certificate_authority="ca.pem")


def test_it_leads_here_and_names_the_workspace(tmp_path):
    found = sdk_environment(tmp_path / "home", WORKSPACE, ENDPOINTS, "the key", PUBLIC)
    assert (found["IDENTITY_ENDPOINT"], found["IDENTITY_HEADER"]) == ("https://127.0.0.1:1/msi/token", "the key")
    assert [found[name] for name in ("SUBSCRIPTION_ID", "RESOURCE_GROUP", "WORKSPACE_NAME")] == [
        "sub-1", "sample", "sample-ws"]
    assert {found["REQUESTS_CA_BUNDLE"], found["SSL_CERT_FILE"]} == {"ca.pem"}


def test_what_the_sdk_keeps_stays_in_its_home(tmp_path):
    found = sdk_environment(tmp_path / "home", WORKSPACE, ENDPOINTS, "", PUBLIC)
    assert found["HOME"] == found["AZUREML_AUTH_CONFIG_DIR"] == str(tmp_path / "home")
    assert (tmp_path / "home" / ".azureml").is_dir()


def test_of_other_clouds_the_sdk_learns_by_itself(tmp_path):
    found = [sdk_environment(tmp_path, WORKSPACE, ENDPOINTS, "", cloud).get("AZUREML_CURRENT_CLOUD")
             for cloud in (PUBLIC, CHINA)]
    assert found == ["AzureCloud", None]
