"""What serves models: who may call it, and with what."""
import re

import pytest

from tests.environment_setup.bicep import compiler
from tests.environment_setup.bicep.deployed import FOLDER, deploy

FILES = sorted((FOLDER / "model_serving").glob("*.bicep"))
DATA_SCIENTIST, ACR_PULL = "f6c7c914-8db3-469d-8ca1-694a8f32e121", "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
CALLER = {"principalId": "11111111-1111-1111-1111-111111111111", "principalType": "Group"}
ENDPOINTS = {"online_endpoint": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
             "batch_endpoint": "Microsoft.MachineLearningServices/workspaces/batchEndpoints"}
WEB_APP = {"name": "diabetes", "registryName": "mlregistry", "image": "diabetes-regression:3", "clientId": "the-client",
           "applicationInsightsName": "insights"}

each_endpoint = pytest.mark.parametrize("name", ENDPOINTS)


def served(template, **parameters):
    return deploy(FOLDER / "model_serving" / f"{template}.bicep", parameters)


@each_endpoint
def test_an_endpoint_takes_tokens_of_entra_alone(name):
    endpoint = served(name, name="diabetes", workspaceName="sample-ws").the(ENDPOINTS[name])
    assert endpoint.properties["authMode"] == "AADToken"
    assert endpoint.name.rpartition("/")[2] == "diabetes"


@each_endpoint
def test_callers_get_the_role_that_may_call(name):
    deployed = served(name, name="diabetes", workspaceName="sample-ws", callers=[CALLER])
    assignment = deployed.the(ASSIGNMENTS)
    assert assignment.properties["roleDefinitionId"].endswith(DATA_SCIENTIST)
    assert {key: assignment.properties[key] for key in CALLER} == CALLER
    assert served(name, name="diabetes", workspaceName="sample-ws").of_type(ASSIGNMENTS) == []


def test_an_online_caller_has_a_right_on_the_endpoint_alone_and_a_batch_caller_on_the_workspace():
    online, batch = (served(name, name="diabetes", workspaceName="sample-ws", callers=[CALLER]).the(ASSIGNMENTS).scope
                     for name in ENDPOINTS)
    assert online.endswith("/onlineEndpoints/diabetes") and batch.endswith("/workspaces/sample-ws")


def test_an_endpoint_can_be_closed_to_the_internet():
    deployed = served("online_endpoint", name="diabetes", workspaceName="sample-ws", publicNetworkAccess="Disabled")
    endpoint = deployed.the(ENDPOINTS["online_endpoint"])
    assert endpoint.properties["publicNetworkAccess"] == "Disabled"


def test_the_web_app_pulls_its_image_with_its_identity():
    deployed = served("web_app", **WEB_APP)
    site = deployed.the("Microsoft.Web/sites").properties
    assert site["siteConfig"]["acrUseManagedIdentityCreds"] is True
    assert re.fullmatch(r"\[format\('DOCKER\|\{0\}/\{1\}', reference\(.*/mlregistry', .*\)\.loginServer, "
                        r"'diabetes-regression:3'\)\]", site["siteConfig"]["linuxFxVersion"])
    assert deployed.the(ASSIGNMENTS).properties["roleDefinitionId"].endswith(ACR_PULL)
    assert site["httpsOnly"] is True


def test_the_web_app_answers_nobody_without_a_token():
    found = served("web_app", **WEB_APP).the("Microsoft.Web/sites/config").properties
    assert found["globalValidation"] == {
        "requireAuthentication": True, "unauthenticatedClientAction": "Return401"}
    assert found["identityProviders"]["azureActiveDirectory"]["registration"]["clientId"] == "the-client"


def test_every_parameter_is_described():
    for path in FILES:
        declared = compiler.find().compile(path).template.get("parameters", {})
        assert [name for name, one in declared.items() if not one.get("metadata", {}).get("description")] == []
