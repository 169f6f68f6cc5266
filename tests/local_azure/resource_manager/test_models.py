import pytest

from local_azure.resource_manager.models import ResourceManager, ResourceNotFoundError
from local_azure.resource_manager.national_clouds import CHINA
from local_azure.scenarios.models import Workspace

WORKSPACE = Workspace("sub-1", "Sample-Group", "Sample-Ws", "guid", "westeurope", experiments=(), runs=())


@pytest.fixture
def resources() -> ResourceManager:
    return ResourceManager([WORKSPACE], login_url="https://login", discovery_url="https://ml/discovery")


def test_workspace_names_its_discovery_url_and_id(resources):
    properties = resources.workspace(WORKSPACE.arm_id)["properties"]
    assert (properties["discoveryUrl"], properties["workspaceId"]) == ("https://ml/discovery", "guid")


@pytest.mark.parametrize("change_case", [str.lower, str.upper])
def test_workspace_is_found_in_any_case_and_keeps_its_own(resources, change_case):
    found = resources.workspace(change_case(WORKSPACE.arm_id))
    assert (found["id"], found["name"]) == (WORKSPACE.arm_id, "Sample-Ws")


def test_other_workspace_is_not_found(resources):
    with pytest.raises(ResourceNotFoundError):
        resources.workspace(WORKSPACE.arm_id.replace("Sample-Group", "other"))


def test_each_subscription_is_listed_once():
    other = Workspace("sub-1", "Sample-Group", "Second-Ws", "guid-2", "westeurope", experiments=(), runs=())
    subscriptions = ResourceManager([WORKSPACE, other], "https://login", "https://ml/discovery").subscriptions()
    assert [each["subscriptionId"] for each in subscriptions["value"]] == ["sub-1"]


def test_cloud_metadata_points_at_the_local_services(resources):
    cloud, = resources.cloud_metadata("https://arm/")
    assert (cloud["name"], cloud["resourceManager"]) == ("AzureCloud", "https://arm/")
    assert cloud["authentication"]["loginEndpoint"] == "https://login"


def test_national_cloud_is_one_of_several_and_the_only_one_that_leads_here():
    resources = ResourceManager([WORKSPACE], "https://login", "https://ml/discovery", CHINA)
    found = {cloud["name"]: cloud for cloud in resources.cloud_metadata("https://arm/")}
    assert found.keys() == {"AzureCloud", "AzureUSGovernment", "AzureChinaCloud"}
    assert [name for name, cloud in found.items() if cloud["resourceManager"] == "https://arm/"] == ["AzureChinaCloud"]
    assert found["AzureChinaCloud"]["authentication"]["audiences"][0] == "https://management.core.chinacloudapi.cn/"
