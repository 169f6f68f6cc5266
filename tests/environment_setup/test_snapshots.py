"""What is deployed with each set of parameters/: nothing takes another's place, has a name that Azure refuses, or may
do more than it needs."""
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.environment_setup.bicep import snapshot_file
from tests.environment_setup.bicep.deployed import PARAMETER_SETS, deployed_by, event_subscriptions, known_later

RIGHTS = {  # GUIDs of "Azure built-in roles", and the type of what each is assigned on
    "43d0d8ad-25c7-4714-9337-8ba259a9fe05": ("Monitoring Reader", "Microsoft.Insights/components"),
    "3913510d-42f4-4e42-8a64-420c390055eb": ("Monitoring Metrics Publisher", "Microsoft.Insights/components"),
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": ("Storage Blob Data Owner", "Microsoft.Storage/storageAccounts"),
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": (
        "Storage Blob Data Contributor", "Microsoft.Storage/storageAccounts/blobServices/containers"),
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": ("Storage Table Data Contributor", "Microsoft.Storage/storageAccounts"),
    "4633458b-17de-408a-b874-0445c86b69e6": ("Key Vault Secrets User", "Microsoft.KeyVault/vaults"),
    "f6c7c914-8db3-469d-8ca1-694a8f32e121": ("reader", "Microsoft.MachineLearningServices/workspaces"),
    "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": ("Service Bus Data Receiver", "Microsoft.ServiceBus/namespaces/queues"),
    "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": ("Service Bus Data Sender", "Microsoft.ServiceBus/namespaces/queues"),
}
# "Naming rules and restrictions for Azure resources".
NAMES = {
    "Microsoft.EventGrid/systemTopics": r"[A-Za-z0-9-]{3,50}",
    "Microsoft.EventGrid/systemTopics/eventSubscriptions": r"[A-Za-z0-9-]{3,64}",
    "Microsoft.Insights/actionGroups": r"[^*<>/&%:\\?+]{1,259}[^*<>/&%:\\?+ .]",
    "Microsoft.Insights/components": r"[^%&\\?/]{1,259}[^%&\\?/ .]",
    "Microsoft.Insights/metricAlerts": r"[^*#&+:<>?@%{}\\/]{1,259}[^*#&+:<>?@%{}\\/ .]",
    "Microsoft.Insights/scheduledQueryRules": r"[^*<>%{}&:\\?/#|]{1,259}[^*<>%{}&:\\?/#| .]",
    "Microsoft.KeyVault/vaults": r"(?=.{3,24}$)[A-Za-z](?:-?[A-Za-z0-9])*",
    "Microsoft.KeyVault/vaults/secrets": r"[A-Za-z0-9-]{1,127}",
    "Microsoft.MachineLearningServices/workspaces": r"[A-Za-z0-9][A-Za-z0-9_-]{2,32}",
    "Microsoft.OperationalInsights/workspaces": r"(?=.{4,63}$)[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]",
    "Microsoft.OperationalInsights/workspaces/tables": r"App[A-Za-z]+",
    "Microsoft.ServiceBus/namespaces": r"(?=.{6,50}$)[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9](?<!-sb)(?<!-mgmt)",
    "Microsoft.ServiceBus/namespaces/queues": r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,258}[A-Za-z0-9])?",
    "Microsoft.Storage/storageAccounts": r"[a-z0-9]{3,24}",
    "Microsoft.Storage/storageAccounts/blobServices/containers": r"(?=.{3,63}$)[a-z0-9](?:-?[a-z0-9])*",
    "Microsoft.Web/serverfarms": r"[A-Za-z0-9-]{1,60}",
    "Microsoft.Web/sites": r"(?=.{2,60}$)[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": "ftp|scm",
    "Microsoft.Web/sites/config": "appsettings",
}
SENDERS = ("33333333-3333-3333-3333-333333333333", "44444444-4444-4444-4444-444444444444")
GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\[guid\(.*\)\]"
NAMES |= dict.fromkeys(("Microsoft.Authorization/roleAssignments", "Microsoft.Authorization/roleDefinitions",
                        "Microsoft.Insights/workbooks"), GUID)

each_set = pytest.mark.parametrize("parameter_set", PARAMETER_SETS, ids=lambda path: path.stem)


def type_of(resource_id):
    parts = resource_id.split("/providers/")[-1].split("/")
    return "/".join([parts[0], *parts[1::2]])


def workspaces_of(deployed):
    return [topic.properties["source"] for topic in deployed.of_type("Microsoft.EventGrid/systemTopics")]


def assignments_of(deployed):
    """Who has which role on what, each as often as it is assigned."""
    custom = {one.name: ("reader", "Microsoft.MachineLearningServices/workspaces")
              for one in deployed.of_type("Microsoft.Authorization/roleDefinitions")}
    for one in deployed.of_type("Microsoft.Authorization/roleAssignments"):
        role, scope_type = (RIGHTS | custom)[one.properties["roleDefinitionId"].rpartition("/")[2]]
        assert type_of(one.scope) == scope_type
        yield known_later(one.properties["principalId"]), role, one.scope.lower()


def rights_of(deployed):
    """What assignments_of should find, from what there is beside the assignments."""
    text = parameters_of(deployed)
    app = f"<{deployed.the('Microsoft.Web/sites').id}.identity.principalId>"
    user_assigned = deployed.the("Microsoft.Web/sites").body["identity"].get("userAssignedIdentities", {})
    submitter = known_later(text["SUBMITTER_CLIENT_ID"])
    submitters = [identity for identity in user_assigned if submitter == f"<{identity}.clientId>"]
    reader = next((f"<{identity}.principalId>" for identity in user_assigned if identity not in submitters), app)
    reader = "22222222-2222-2222-2222-222222222222" if "APP_ID" in text else reader
    storage = next(one.id for one in deployed.of_type("Microsoft.Storage/storageAccounts")
                   if one.name.endswith("funcsa")).lower()
    yield from ((app, "Storage Blob Data Owner", storage), (app, "Storage Table Data Contributor", storage))
    for topic in deployed.of_type("Microsoft.EventGrid/systemTopics"):
        yield (f"<{topic.id}.identity.principalId>", "Storage Blob Data Contributor",
               f"{storage}/blobservices/default/containers/dead-letters")
        yield reader, "reader", topic.properties["source"].lower()
    workspaces = workspaces_of(deployed)
    of_pipelines = workspaces[:1] if text["SUBMITTABLE_PIPELINES"] and not submitters else []
    for identity in submitters:
        yield f"<{identity}.principalId>", "reader", workspaces[0].lower()
    for workspace in workspaces if deployed.outputs["runsNotebooks"] else of_pipelines:
        yield reader, "reader", workspace.lower()  # AzureML Data Scientist, beside the custom role
    for queue in deployed.of_type("Microsoft.ServiceBus/namespaces/queues"):
        yield app, "Service Bus Data Receiver", queue.id.lower()
        for sender in SENDERS:
            yield sender, "Service Bus Data Sender", queue.id.lower()
    if text["RECONCILE"] == "true":
        [component] = {rule.properties["scopes"][0]
                       for rule in deployed.of_type("Microsoft.Insights/scheduledQueryRules")}
        yield reader, "Monitoring Reader", component.lower()
    if text["APP_INSIGHTS_AUTHENTICATION"] == "entra":
        [component] = {rule.properties["scopes"][0]
                       for rule in deployed.of_type("Microsoft.Insights/scheduledQueryRules")}
        for sender in {app, reader}:
            yield sender, "Monitoring Metrics Publisher", component.lower()
    if "APP_ID" in text:
        vault = next(one.id for one in deployed.of_type("Microsoft.KeyVault/vaults") if not one.name.endswith("AML-KV"))
        yield app, "Key Vault Secrets User", vault.lower()


def parameters_of(deployed):
    return deployed.the("Microsoft.Web/sites/config").properties


def test_there_are_sets_for_every_parameter():
    texts = "".join(path.read_text(encoding="utf-8") for path in PARAMETER_SETS)
    main = (Path(__file__).parents[2] / "environment_setup" / "main.bicep").read_text(encoding="utf-8")
    assert set(re.findall(r"^param (\w+)", texts, re.MULTILINE)) == set(re.findall(r"^param (\w+)", main, re.MULTILINE))
    assert len(PARAMETER_SETS) >= 20


@each_set
def test_no_two_resources_have_one_id_whatever_its_case(parameter_set):
    deployed = deployed_by(parameter_set)
    found = [*deployed.resources, *event_subscriptions(deployed).resources]
    assert [name for name, count in Counter(one.id.lower() for one in found).items() if count > 1] == []


@each_set
def test_every_name_is_allowed_for_its_type(parameter_set):
    deployed = deployed_by(parameter_set)
    for one in (*deployed.resources, *event_subscriptions(deployed).resources):
        assert re.fullmatch(NAMES[one.type], one.name), one.id


@each_set
def test_each_role_is_at_the_narrowest_scope_and_of_the_right_identity(parameter_set):
    deployed = deployed_by(parameter_set)
    assert sorted(assignments_of(deployed)) == sorted(rights_of(deployed))


@each_set
def test_every_workspace_is_monitored_once_with_topic_subscription_and_alerts(parameter_set):
    deployed = deployed_by(parameter_set)
    monitored = workspaces_of(deployed)
    assert len({one.lower() for one in monitored}) == len(monitored)
    settings = parameters_of(deployed)
    first = [f"/subscriptions/{settings['SUBSCRIPTION_ID']}/resourceGroups/{settings['RESOURCE_GROUP']}/providers/"
             f"Microsoft.MachineLearningServices/workspaces/{settings['WORKSPACE_NAME']}"]
    assert monitored == [*first, *filter(None, settings["MONITORED_WORKSPACES"].split(","))]
    topics = [one.id for one in deployed.of_type("Microsoft.EventGrid/systemTopics")]
    watched = Counter(scope for one in deployed.of_type("Microsoft.Insights/metricAlerts")
                      for scope in one.properties["scopes"])
    queues = [one.id for one in deployed.of_type("Microsoft.ServiceBus/namespaces")]
    assert watched == dict.fromkeys(topics, 2) | dict.fromkeys(queues, 1)
    subscribed = event_subscriptions(deployed).of_type("Microsoft.EventGrid/systemTopics/eventSubscriptions")
    times = 2 if deployed.outputs["runsNotebooks"] else 1
    assert [one.id.rpartition("/eventSubscriptions/")[0] for one in subscribed] == topics * times


@each_set
def test_no_secret_is_in_what_is_deployed(parameter_set):
    assert "hush" not in json.dumps([one.body for one in deployed_by(parameter_set).resources])


def test_every_resource_provider_that_is_needed_is_registered():
    page = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text(encoding="utf-8")
    listed = set(re.search(r"for PROVIDER in ([\w ]+); do", page)[1].split())
    used = {one.type.split("/")[0].removeprefix("Microsoft.")
            for path in PARAMETER_SETS for one in deployed_by(path).resources}
    assert used - {"Authorization"} == listed - {"App"}, "App is what runs Flex Consumption"


def test_workspaces_that_are_one_are_monitored_once():
    names = {path.stem: path for path in PARAMETER_SETS}
    assert [one.rpartition("/")[2] for one in workspaces_of(deployed_by(names["workspace_listed_twice"]))] == [
        "team-ws", "other-ws"]
    assert len(workspaces_of(deployed_by(names["workspaces_of_one_name"]))) == 3


@pytest.mark.parametrize("file", snapshot_file.FILES, ids=lambda file: file.name)
def test_a_change_of_what_is_deployed_is_seen_in_a_review(file):
    """After a change: python -m tests.environment_setup.bicep.snapshot_file"""
    assert snapshot_file.text_of(deployed_by(snapshot_file.FILES[file])) == file.read_text(encoding="utf-8")
