"""What serves models: who may call it, and with what."""
import re

import pytest

from tests.environment_setup.bicep import compiler
from tests.environment_setup.bicep.deployed import FOLDER, deploy, known_later

FILES = sorted((FOLDER / "model_serving").glob("*.bicep"))
DATA_SCIENTIST, ACR_PULL = "f6c7c914-8db3-469d-8ca1-694a8f32e121", "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ASSIGNMENTS, ROLES = (f"Microsoft.Authorization/role{kind}" for kind in ("Assignments", "Definitions"))
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
def test_callers_get_a_role(name):
    assignment = served(name, name="diabetes", workspaceName="sample-ws", callers=[CALLER]).the(ASSIGNMENTS)
    assert {key: assignment.properties[key] for key in CALLER} == CALLER
    without = served(name, name="diabetes", workspaceName="sample-ws")
    assert without.of_type(ASSIGNMENTS) == without.of_type(ROLES) == []


def test_an_online_caller_may_call_and_nothing_else():
    deployed = served("online_endpoint", name="diabetes", workspaceName="sample-ws", callers=[CALLER])
    role = deployed.the(ROLES)
    assert role.properties["permissions"] == [{
        "actions": ["Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"], "notActions": [],
        "dataActions": [], "notDataActions": []}]
    assert role.properties["assignableScopes"] == [role.scope]
    assert deployed.the(ASSIGNMENTS).properties["roleDefinitionId"].endswith(f"/{role.name}")


def test_roles_of_two_endpoints_are_two():
    """A tenant has no two roles of one name."""
    roles = [served("online_endpoint", name=name, workspaceName=workspace, callers=[CALLER]).the(ROLES)
             for name, workspace in (("diabetes", "sample-ws"), ("diabetes", "other-ws"), ("other", "sample-ws"))]
    assert len({role.name for role in roles}) == len({role.properties["roleName"] for role in roles}) == 3


def test_an_existing_role_takes_the_place_of_the_custom_one():
    """Who may assign roles may not be able to create one."""
    deployed = served("online_endpoint", name="diabetes", workspaceName="sample-ws", callers=[CALLER],
                      existingRole=DATA_SCIENTIST)
    assert deployed.of_type(ROLES) == []
    assert deployed.the(ASSIGNMENTS).properties["roleDefinitionId"].endswith(DATA_SCIENTIST)


def test_a_batch_caller_may_run_jobs():
    assignment = served("batch_endpoint", name="diabetes", workspaceName="sample-ws", callers=[CALLER]).the(ASSIGNMENTS)
    assert assignment.properties["roleDefinitionId"].endswith(DATA_SCIENTIST)


def test_an_online_caller_has_a_right_on_the_endpoint_alone_and_a_batch_caller_on_the_workspace():
    online, batch = (served(name, name="diabetes", workspaceName="sample-ws", callers=[CALLER]).the(ASSIGNMENTS).scope
                     for name in ENDPOINTS)
    assert online.endswith("/onlineEndpoints/diabetes") and batch.endswith("/workspaces/sample-ws")


def test_an_endpoint_that_is_deployed_again_keeps_what_has_become_of_it():
    """What a template leaves out may be taken away."""
    online = served("online_endpoint", name="diabetes", workspaceName="sample-ws", traffic={"v3-build-7": 100})
    batch = served("batch_endpoint", name="diabetes", workspaceName="sample-ws", defaultDeployment="v3-build-7")
    assert online.the(ENDPOINTS["online_endpoint"]).properties["traffic"] == {"v3-build-7": 100}
    assert batch.the(ENDPOINTS["batch_endpoint"]).properties["defaults"] == {"deploymentName": "v3-build-7"}
    for name in ENDPOINTS:
        new = served(name, name="diabetes", workspaceName="sample-ws").the(ENDPOINTS[name]).properties
        assert not {"traffic", "defaults"} & set(new)


def test_an_endpoint_can_be_closed_to_the_internet():
    deployed = served("online_endpoint", name="diabetes", workspaceName="sample-ws", publicNetworkAccess="Disabled")
    endpoint = deployed.the(ENDPOINTS["online_endpoint"])
    assert endpoint.properties["publicNetworkAccess"] == "Disabled"


def test_the_web_app_pulls_its_image_with_its_identity():
    deployed = served("web_app", **WEB_APP)
    site, slot = (deployed.the(f"Microsoft.Web/{kind}") for kind in ("sites", "sites/slots"))
    assert slot.properties == site.properties
    site = site.properties
    assert site["siteConfig"]["acrUseManagedIdentityCreds"] is True
    assert re.fullmatch(r"\[format\('DOCKER\|\{0\}/\{1\}', reference\(.*/mlregistry', .*\)\.loginServer, "
                        r"'diabetes-regression:3'\)\]", site["siteConfig"]["linuxFxVersion"])
    pulls = deployed.of_type(ASSIGNMENTS)
    assert all(one.properties["roleDefinitionId"].endswith(ACR_PULL) and one.scope.endswith("/mlregistry")
               for one in pulls)
    assert [known_later(one.properties["principalId"]) for one in pulls] == [
        f"<{one.id}.identity.principalId>" for one in (deployed.the("Microsoft.Web/sites"), slot)]
    assert site["httpsOnly"] is True


@pytest.mark.parametrize("kind", ["sites", "sites/slots"])
def test_the_web_app_answers_nobody_without_a_token(kind):
    found = served("web_app", **WEB_APP).the(f"Microsoft.Web/{kind}/config").properties
    assert found["globalValidation"] == {
        "requireAuthentication": True, "unauthenticatedClientAction": "Return401"}
    entra = found["identityProviders"]["azureActiveDirectory"]
    assert entra["registration"]["clientId"] == "the-client"
    assert "defaultAuthorizationPolicy" not in entra["validation"]


@pytest.mark.parametrize("kind", ["sites", "sites/slots"])
def test_the_web_app_can_answer_its_callers_alone(kind):
    found = served("web_app", **WEB_APP, callers=["one", "two"]).the(f"Microsoft.Web/{kind}/config").properties
    assert found["identityProviders"]["azureActiveDirectory"]["validation"]["defaultAuthorizationPolicy"] == {
        "allowedPrincipals": {"identities": ["one", "two"]}}


@pytest.mark.parametrize("kind", ["sites", "sites/slots"])
def test_the_web_app_takes_no_passwords(kind):
    found = served("web_app", **WEB_APP).of_type(f"Microsoft.Web/{kind}/basicPublishingCredentialsPolicies")
    assert {one.name: one.properties["allow"] for one in found} == {"ftp": False, "scm": False}


def test_every_parameter_is_described():
    for path in FILES:
        declared = compiler.find().compile(path).template.get("parameters", {})
        assert [name for name, one in declared.items() if not one.get("metadata", {}).get("description")] == []
