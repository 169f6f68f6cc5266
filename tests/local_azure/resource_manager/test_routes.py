import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from local_azure.resource_manager.models import ResourceManager
from local_azure.resource_manager.routes import routes
from local_azure.scenarios.models import Workspace

WORKSPACE = Workspace("sub-1", "sample", "sample-ws", "guid", "westeurope", experiments=(), runs=())


@pytest.fixture
def client() -> TestClient:
    resources = ResourceManager([WORKSPACE], "https://login", "https://ml/discovery", application_id="an app")
    return TestClient(Starlette(routes=routes(resources)), base_url="https://127.0.0.1:8443",
                      headers={"Authorization": "Bearer token"})


def test_cloud_metadata_needs_no_token_and_names_the_url_that_was_asked(client):
    answer = client.get("/metadata/endpoints", headers={"Authorization": ""})
    assert answer.json()[0]["resourceManager"] == "https://127.0.0.1:8443/"


def test_subscriptions_are_listed(client):
    assert client.get("/subscriptions").json()["value"][0]["id"] == "/subscriptions/sub-1"


def test_workspace_is_found_in_any_case_of_its_names(client):
    path = WORKSPACE.arm_id.replace("/sample/", "/SAMPLE/").replace("/sample-ws", "/Sample-WS")
    assert client.get(path, params={"api-version": "2020-06-01"}).json()["id"] == WORKSPACE.arm_id


def test_there_are_no_schedules_of_jobs(client):
    assert client.get(f"{WORKSPACE.arm_id}/schedules").json() == {"value": []}


def test_unknown_workspace_is_a_resource_not_found(client):
    answer = client.get(WORKSPACE.arm_id.replace("sample-ws", "other-ws"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceNotFound")
    assert "'Microsoft.MachineLearningServices/workspaces/other-ws' under resource group 'sample'" in answer.text


@pytest.mark.parametrize("path", ["/subscriptions", WORKSPACE.arm_id])
def test_requests_without_a_bearer_token_are_refused(client, path):
    answer = client.get(path, headers={"Authorization": "Basic abc"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "AuthenticationFailed")


def test_the_application_insights_of_a_workspace_says_its_app_id_in_any_case_of_its_names(client):
    providers = WORKSPACE.arm_id.partition("/Microsoft.MachineLearningServices/")[0]
    answer = client.get(f"{providers}/microsoft.insights/components/Sample-WS", params={"api-version": "2020-02-02"})
    assert (answer.json()["name"], answer.json()["properties"]["AppId"]) == ("sample-ws", "an app")
    answer = client.get(f"{providers}/microsoft.insights/components/other")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceNotFound")
