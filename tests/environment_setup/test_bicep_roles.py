"""Each identity may do what it needs, where it needs it."""
import json
import re

import pytest

from tests.environment_setup.bicep import compiler
from tests.environment_setup.bicep.compiler import CompilerError
from tests.environment_setup.bicep.deployed import (
    APPLICATION_INSIGHTS, FILES, FOLDER, GROUP, MAIN, OTHER_GROUP, OTHER_WORKSPACE, SUBSCRIPTION, WORKSPACE,
    WORKSPACE_GROUP, infrastructure, known_later)

ROLE = json.loads((FOLDER / "role.json").read_text(encoding="utf-8"))
ASSIGNMENTS, DEFINITIONS = "Microsoft.Authorization/roleAssignments", "Microsoft.Authorization/roleDefinitions"
APP = f"<{GROUP}/providers/Microsoft.Web/sites/Sample-dev-FUNC.identity.principalId>"
STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/sampledevfuncsa"
# "Azure built-in roles": names and GUIDs.
BUILT_IN = {
    "43d0d8ad-25c7-4714-9337-8ba259a9fe05": "Monitoring Reader",
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
    "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
    "f6c7c914-8db3-469d-8ca1-694a8f32e121": "AzureML Data Scientist",
    "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": "Azure Service Bus Data Receiver",
    "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": "Azure Service Bus Data Sender",
}
SERVICE_PRINCIPAL = {"servicePrincipalClientId": "app", "servicePrincipalObjectId": "object"}
DATA_SCIENTIST = "f6c7c914-8db3-469d-8ca1-694a8f32e121"


def rights(deployed):
    """Who may do what, and where."""
    custom = {one.name: "the custom role" for one in deployed.of_type(DEFINITIONS)}
    names = BUILT_IN | custom
    return {(known_later(one.properties["principalId"]), names[one.properties["roleDefinitionId"].rpartition("/")[2]],
             one.scope) for one in deployed.of_type(ASSIGNMENTS)}


def test_the_custom_role_has_the_actions_of_role_json():
    role = infrastructure().the(DEFINITIONS)
    assert role.properties["permissions"] == [
        {"actions": ROLE["actions"], "notActions": [], "dataActions": ROLE["dataActions"], "notDataActions": []}]
    assert role.properties["assignableScopes"] == [role.scope]


def test_actions_are_listed_in_role_json_alone():
    assert not any(action in path.read_text(encoding="utf-8") for path in FILES for action in ROLE["actions"])


def test_who_may_do_what():
    deployed = infrastructure(existingWorkspaceId=WORKSPACE)
    topic = f"<{deployed.the('Microsoft.EventGrid/systemTopics').id}.identity.principalId>"
    assert rights(deployed) == {
        (APP, "the custom role", WORKSPACE),
        (APP, "Storage Blob Data Owner", STORAGE),
        (APP, "Storage Table Data Contributor", STORAGE),
        (topic, "Storage Blob Data Contributor", f"{STORAGE}/blobServices/default/containers/dead-letters")}


def test_a_service_principal_reads_the_runs_and_the_app_its_secret():
    vault = f"{GROUP}/providers/Microsoft.KeyVault/vaults/Sample-dev-KV"
    found = rights(infrastructure(existingWorkspaceId=WORKSPACE, **SERVICE_PRINCIPAL))
    assert (APP, "Key Vault Secrets User", vault) in found
    assert ("object", "the custom role", WORKSPACE) in found
    assert (APP, "the custom role", WORKSPACE) not in found


@pytest.mark.parametrize(("parameters", "reader"), [({}, APP), (SERVICE_PRINCIPAL, "object")], ids=["app", "principal"])
def test_to_find_lost_events_the_identity_may_ask_what_is_recorded(parameters, reader):
    given = {"existingApplicationInsightsId": APPLICATION_INSIGHTS, **parameters}
    right = (reader, "Monitoring Reader", APPLICATION_INSIGHTS)
    assert right in rights(infrastructure(reconcile=True, **given))
    assert right not in rights(infrastructure(reconcile=False, **given))


def test_to_start_pipelines_the_identity_is_a_data_scientist_of_the_first_workspace():
    right = (APP, "AzureML Data Scientist", WORKSPACE)
    given = {"existingWorkspaceId": WORKSPACE, "moreWorkspaceIds": [OTHER_WORKSPACE]}
    found = rights(infrastructure(**given, settings={"SUBMITTABLE_PIPELINES": "nightly=batch:scoring"}))
    assert found - rights(infrastructure(**given)) == {right}


def test_an_identity_that_starts_pipelines_is_the_data_scientist_in_the_place_of_the_reader():
    identity = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/submitter"
    given = {"existingWorkspaceId": WORKSPACE, "settings": {"SUBMITTABLE_PIPELINES": "nightly=batch:scoring"}}
    deployed = infrastructure(**given, submitterIdentityId=identity)
    assert rights(deployed) ^ rights(infrastructure(**given)) == {
        (f"<{identity}.principalId>", "AzureML Data Scientist", WORKSPACE), (APP, "AzureML Data Scientist", WORKSPACE)}
    app = deployed.the("Microsoft.Web/sites").body
    assert app["identity"] == {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {identity: {}}}
    assert known_later(deployed.the("Microsoft.Web/sites/config").properties["SUBMITTER_CLIENT_ID"]) == (
        f"<{identity}.clientId>")


@pytest.mark.parametrize("also", ["reader", "READER"])
def test_one_identity_may_read_runs_and_start_pipelines(also):
    identities = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
    given = {"existingWorkspaceId": WORKSPACE, "settings": {"SUBMITTABLE_PIPELINES": "nightly=batch:scoring"},
             "userAssignedIdentityId": f"{identities}/reader"}
    deployed = infrastructure(**given, submitterIdentityId=f"{identities}/{also}")
    assert rights(deployed) == rights(infrastructure(**given))
    assert list(deployed.the("Microsoft.Web/sites").body["identity"]["userAssignedIdentities"]) == [
        f"{identities}/reader"]


@pytest.mark.parametrize("parameter", ["userAssignedIdentityId", "submitterIdentityId"])
def test_what_is_no_id_of_an_identity_is_refused(parameter):
    with pytest.raises(CompilerError, match="no resource id of a user-assigned identity: reader"):
        infrastructure(**{parameter: "reader"})


@pytest.mark.parametrize(("parameters", "reader"), [({}, APP), (SERVICE_PRINCIPAL, "object")], ids=["app", "principal"])
def test_to_run_notebooks_each_identity_has_the_roles_that_the_documents_name(parameters, reader):
    given = {"existingWorkspaceId": WORKSPACE, "moreWorkspaceIds": [OTHER_WORKSPACE], **parameters}
    queue = f"{GROUP}/providers/Microsoft.ServiceBus/namespaces/Sample-dev-BUS/queues/notebooks"
    found = rights(infrastructure(**given, runNotebooks=True, notebookSenderIds=["connection"]))
    assert found - rights(infrastructure(**given)) == {
        (APP, "Azure Service Bus Data Receiver", queue), ("connection", "Azure Service Bus Data Sender", queue),
        (reader, "AzureML Data Scientist", WORKSPACE), (reader, "AzureML Data Scientist", OTHER_WORKSPACE)}
    for page in ("notebooks.md", "security.md"):
        text = (FOLDER.parent / "docs" / page).read_text("utf-8")
        assert all(role in text for _, role, _ in found - rights(infrastructure(**given))), page


def test_readers_of_an_application_insights_may_use_it_and_nothing_is_deployed_there_but_roles_that_are_asked_for():
    """A module of another resource group is a deployment there, which takes a right that Readers lack."""
    modules = {name: one for name, one in compiler.find().compile(MAIN).template["resources"].items()
               if "applicationInsightsId" in one.get("resourceGroup", "") and not one.get("existing")}
    found = {name: re.findall("reconcile|disableLocalAuth", one.get("condition", "")) for name, one in modules.items()}
    assert found == {
        "recordReader": ["reconcile"], "hostSender": ["disableLocalAuth"], "recordSender": ["disableLocalAuth"]}


def test_every_monitored_workspace_has_its_role_beside_it():
    deployed = infrastructure(existingWorkspaceId=WORKSPACE, moreWorkspaceIds=[OTHER_WORKSPACE])
    assert {one.scope for one in deployed.of_type(DEFINITIONS)} == {WORKSPACE_GROUP, OTHER_GROUP}
    assert {(APP, "the custom role", WORKSPACE), (APP, "the custom role", OTHER_WORKSPACE)} <= rights(deployed)


def test_roles_of_two_environments_have_different_names():
    """A tenant has no two roles of one name."""
    roles = [one for name in ("dev", "prod") for one in infrastructure(
        existingWorkspaceId=WORKSPACE, moreWorkspaceIds=[OTHER_WORKSPACE], environmentName=name).of_type(DEFINITIONS)]
    assert len({one.properties["roleName"] for one in roles}) == len({one.name for one in roles}) == 4


def test_an_existing_role_is_assigned_in_the_place_of_the_custom_one():
    deployed = infrastructure(existingWorkspaceId=WORKSPACE, existingRole=DATA_SCIENTIST)
    assert deployed.of_type(DEFINITIONS) == []
    assert (APP, "AzureML Data Scientist", WORKSPACE) in rights(deployed)


def test_a_user_assigned_identity_gets_the_right_to_read_runs():
    identity = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader"
    deployed = infrastructure(existingWorkspaceId=WORKSPACE, userAssignedIdentityId=identity)
    assert (f"<{identity}.principalId>", "the custom role", WORKSPACE) in rights(deployed)


@pytest.mark.parametrize("name", ["roleDefinitionId", "principalType"])
def test_assignments_name_a_role_and_the_type_of_the_identity(name):
    """With the type given, Azure does not look for an identity that is too new to be found."""
    expected = {"roleDefinitionId": f"{SUBSCRIPTION}/providers/{DEFINITIONS}/", "principalType": "ServicePrincipal"}
    for one in infrastructure(reconcile=True, **SERVICE_PRINCIPAL).of_type(ASSIGNMENTS):
        assert one.properties[name].startswith(expected[name])
