"""The scripts of the pipelines, run by bash with a stand-in of the Azure CLI."""
import json
import re
import shlex
from pathlib import Path

import jmespath
import pytest
import yaml

from tests.devops_pipelines.checks import parts

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "devops_pipelines"
INLINE = {
    f"{file.relative_to(FOLDER).as_posix()}: {task['displayName']}": task
    for file in sorted(FOLDER.rglob("*.yml"))
    for task in parts(yaml.safe_load(file.read_text(encoding="utf-8")), "task") if "inlineScript" in task["inputs"]}

TOPICS = ["/subscriptions/S/resourceGroups/ml/providers/Microsoft.EventGrid/systemTopics/first-events",
          "/subscriptions/T/resourceGroups/ml2/providers/Microsoft.EventGrid/systemTopics/second-events"]
SUBSCRIPTIONS = "az eventgrid system-topic event-subscription list"
RESOURCES = "az resource list --resource-group base-dev-RG --resource-type"
WORKSPACES = f"{RESOURCES} Microsoft.MachineLearningServices/workspaces --query"


def listed(*names):
    """As the query of the script lists them."""
    return "\n".join(f"/{name}/\t{name}" for name in names)


ENVIRONMENT = {
    "az group exists": ["true"],
    "az deployment group list": ["\n".join(TOPICS)],
    "az eventgrid system-topic list --subscription S": [listed("other-events", "First-events")],
    "az eventgrid system-topic list --subscription T": [listed("second-events")],
    SUBSCRIPTIONS: [listed("base-dev-FUNC", "base-prod-FUNC", "Base-dev-FUNC-notebooks"),
                    listed("my-base-dev-FUNC", "base-dev-FUNC")],
    f"{RESOURCES} Microsoft.Web/sites": ["base-dev-FUNC\tidentity"],
    f"{WORKSPACES} [?tags.application": ["base-dev-AML-WS"],
    f"{RESOURCES} Microsoft.OperationalInsights/workspaces": ["base-dev-LOG"],
    "az account show": ["S"],
    "az keyvault list": ["base-dev-KV"],
    "az role definition list": ["Pipeline Run Monitor: Base-dev-FUNC reads ws in ml\trole\n"
                                "Pipeline Run Monitor: base-prod-FUNC reads ws in ml\trole of another one"],
    "az role assignment list --all --subscription": ["assignment-of-role"],
    "az role assignment list --all --assignee-object-id identity --subscription S": ["assignment-of-identity"],
    "az role assignment list --all --assignee-object-id identity --subscription T": ["assignment-elsewhere"],
}


def inline(name, **parameters):
    """The script of a step, with values for its parameters."""
    [step] = [step for title, step in INLINE.items() if title.startswith(f"templates/{name}.yml")]
    script = step["inputs"]["inlineScript"]
    for parameter, value in parameters.items():
        script = script.replace("${{ parameters." + parameter + " }}", value)
    return script


def deleting(done):
    return [call for call in done.calls if re.match(r"az .*\b(delete|purge)\b", call)]


@pytest.mark.parametrize("name", INLINE)
def test_inline_script_stops_at_the_first_failure_and_takes_variables_from_its_environment(name):
    script = INLINE[name]["inputs"]["inlineScript"]
    assert script.startswith("set -euo pipefail\n")
    assert not re.search(r"\$\([\w.]+\)", script)  # a value that is put into a script is run as a part of it
    assert set(re.findall(r"\$\{?([A-Z_]+)", script)) == set(INLINE[name].get("env", {}))


def test_names_become_variables(run):
    names = {"functionAppName": "base-dev-FUNC", "functionAppHostName": "base.host", "applicationInsightsAppId": "42"}
    answers = {f"az deployment group show --resource-group G --name D --query properties.outputs.{name}.value": [value]
               for name, value in names.items()}
    done = run(inline("names-step"), answers, GROUP="G", DEPLOYMENT="D")
    assert done.exit_code == 0
    assert done.output.splitlines() == [f"##vso[task.setvariable variable={name}]{value}"
                                        for name, value in names.items()]


def test_names_of_what_is_not_deployed_are_a_failure(run):
    done = run(inline("names-step"), {"az deployment group show": [3]}, GROUP="G", DEPLOYMENT="D")
    assert (done.exit_code, done.output) == (3, "")


def test_an_environment_whose_last_deployment_failed_has_no_names(run):
    """Azure keeps no outputs of it: they are no value, and no failure of the Azure CLI."""
    done = run(inline("names-step"), {"az deployment group show": [""]}, GROUP="G", DEPLOYMENT="D")
    assert (done.exit_code, done.output) == (
        1, "the last deployment D in G has failed or goes on: wait, or run create-environment again\n")


AWAIT_FUNCTION = "bash devops_pipelines/await_function.sh G base base-1.region.host"
NOT_FOUND = {"exit_code": 1, "error": 'ERROR: Not Found(Deployment "latest" not found.)'}
LISTED = ["base/Other\nbase/PipelineRunMonitor"]


def looks(done):
    """Which commands were called, each as often as it was."""
    return [call.split()[1] for call in done.calls if call.startswith("az")]


@pytest.mark.parametrize("end", ["4", NOT_FOUND], ids=["succeeded", "gone"])
def test_function_is_awaited_until_the_deployment_is_done_and_it_is_listed(run, end):
    failing = {"exit_code": 1, "error": "ERROR: Service Unavailable()\n###vso[task.complete result=Succeeded]"}
    done = run(AWAIT_FUNCTION, {"az rest": [NOT_FOUND, failing, "0", "1", end],
                                "az functionapp function list": ["", 1, "base/Other", *LISTED]})
    assert done.exit_code == 0
    assert looks(done) == ["rest"] * 5 + ["functionapp"] * 4
    assert "--url https://base-1.scm.region.host/api/deployments/latest" in done.calls[0]
    assert "the deployment cannot be looked up: ERROR: Service Unavailable()\nvso[task" in done.output
    assert {call for call in done.calls if call.startswith("sleep")} == {"sleep 2"}


@pytest.mark.parametrize("status", ["-1", "3", "5", "6"])
def test_deployment_that_ends_otherwise_is_a_failure_at_once(run, status):
    done = run(AWAIT_FUNCTION, {"az rest": ["1", status]})
    assert done.exit_code == 1
    assert f"##vso[task.logissue type=error]Azure could not take the package over, status {status}: " in done.output
    assert looks(done) == ["rest"] * 2


def test_deployment_that_is_never_seen_was_faster(run):
    done = run(AWAIT_FUNCTION, {"az rest": [NOT_FOUND], "az functionapp function list": LISTED})
    assert (done.exit_code, looks(done)) == (0, ["rest"] * 30 + ["functionapp"])


@pytest.mark.parametrize(("workspace", "passed"), [("new", ""), ("/subscriptions/S", "/subscriptions/S")])
@pytest.mark.parametrize("action", ["validate", "what-if", "create"])
def test_infrastructure_is_that_of_the_environment(run, action, workspace, passed):
    done = run(inline("infrastructure-step", action=action, environment="dev"), {"az group exists": ["false"]},
               GROUP="base-dev-RG", BASE="base", DEPLOYMENT="D", LOCATION="westeurope", WORKSPACE_ID=workspace)
    assert done.exit_code == 0
    assert done.calls[1] == ("az group create --name base-dev-RG --location westeurope --output none --tags "
                             "application=Pipeline Run Monitor environment=dev")
    assert done.calls[2].startswith(f"az deployment group {action} --resource-group base-dev-RG --name D ")
    assert "--parameters environment_setup/dev.parameters.json " in done.calls[2]
    assert done.calls[2].endswith(f"baseName=base location=westeurope existingWorkspaceId={passed}")


def test_a_resource_group_that_is_there_is_left_alone_with_its_tags_and_its_region(run):
    done = run(inline("infrastructure-step", action="create", environment="dev"), {"az group exists": ["true"]},
               GROUP="base-dev-RG", BASE="base", DEPLOYMENT="D", LOCATION="westeurope", WORKSPACE_ID="new")
    assert [" ".join(call.split()[:3]) for call in done.calls] == ["az group exists", "az deployment group"]


def test_event_subscription_gets_the_parameters_that_it_requires_from_the_outputs(run):
    setup = REPOSITORY / "environment_setup"
    declared = (setup / "event_subscription.bicep").read_text()
    required = re.findall(r"^param (\w+) [\w\[\]]+(?: = false)?$", declared, re.MULTILINE)
    outputs = re.findall(r"^output (\w+) ", (setup / "main.bicep").read_text(), re.MULTILINE)
    done = run(inline("subscription-step"), {"az deployment group show": ["what it answers"]},
               GROUP="G", DEPLOYMENT="D")
    assert done.exit_code == 0
    deployment = {"properties": {"outputs": {name: {"type": "String", "value": f"the {name}"} for name in outputs}}}
    query = done.calls[0].partition("--query ")[2]
    assert jmespath.search(query, deployment) == {name: {"value": f"the {name}"} for name in required}
    assert "--parameters what it answers --output" in done.calls[1]


def test_smoke_test_gets_its_secrets_in_the_environment(run):
    answers = {"az functionapp keys list": ["the key"], "az account get-access-token": ["the token"]}
    done = run(inline("smoke-test-step"), answers,
               GROUP="G", FUNCTION_APP="base", HOST_NAME="base.host", APP_ID="42", RUN="latest")
    assert done.exit_code == 0
    assert shlex.split(done.calls[-1]) == [
        "python3", "-m", "devops_pipelines.smoke_test", "--run", "latest", "--function-url", "https://base.host",
        "--query-url", "https://api.applicationinsights.io/v1/apps/42/query"]
    secrets = {name: done.environments[-1][name] for name in ("FUNCTION_KEY", "QUERY_TOKEN")}
    assert secrets == {"FUNCTION_KEY": "the key", "QUERY_TOKEN": "the token"}
    assert "the key" not in done.output and "the token" not in done.output


def test_plan_of_a_removal_removes_nothing(run):
    done = run("bash devops_pipelines/remove_environment.sh plan base-dev-RG", ENVIRONMENT)
    assert done.exit_code == 0
    assert deleting(done) == []
    assert "plan: resource group base-dev-RG with" in done.output


def test_plan_names_the_subscriptions_that_there_are(run):
    done = run("bash devops_pipelines/remove_environment.sh plan base-dev-RG", ENVIRONMENT)
    lines = done.output.splitlines()
    first, second = (lines.index(f"plan: event subscriptions of {topic}")
                     for topic in ("first-events in ml", "second-events in ml2"))
    assert lines[first + 1:first + 4] == [
        "  base-dev-FUNC", "  Base-dev-FUNC-notebooks", "plan: the right to read runs in ml"]
    assert lines[second + 1:second + 3] == ["  base-dev-FUNC", "plan: the right to read runs in ml2"]
    [query, _] = [re.search("--query (.*)", call)[1] for call in done.calls if call.startswith(SUBSCRIPTIONS)]
    assert jmespath.search(query, [{"name": "base-dev-FUNC"}]) == [["/base-dev-FUNC/", "base-dev-FUNC"]]


def test_removal_goes_from_the_outside_to_the_inside(run):
    done = run("bash devops_pipelines/remove_environment.sh remove base-dev-RG", ENVIRONMENT)
    assert done.exit_code == 0
    of_topics = [[
        *("az eventgrid system-topic event-subscription delete --yes --subscription {0} --resource-group {1} "
          f"--system-topic-name {{2}}-events --name {name}" for name in names),
        "az role assignment delete --ids assignment-of-role",
        "az role definition delete --name role --scope /subscriptions/{0}/resourceGroups/{1}"]
        for names in (("base-dev-FUNC", "Base-dev-FUNC-notebooks"), ("base-dev-FUNC",))]
    assert deleting(done) == [
        *(call.format("S", "ml", "first") for call in of_topics[0]),
        *(call.format("T", "ml2", "second") for call in of_topics[1]),
        "az role assignment delete --ids assignment-of-identity",
        "az role assignment delete --ids assignment-elsewhere",
        "az ml workspace delete --name base-dev-AML-WS --resource-group base-dev-RG --permanently-delete --yes",
        ("az monitor log-analytics workspace delete --workspace-name base-dev-LOG --resource-group base-dev-RG "
         "--force true --yes"),
        "az group delete --name base-dev-RG --yes",
        "az keyvault purge --name base-dev-KV"]


def test_a_key_vault_that_is_protected_from_being_purged_is_no_failure(run):
    done = run("bash devops_pipelines/remove_environment.sh remove base-dev-RG",
               ENVIRONMENT | {"az keyvault list": ["base-dev-KV\tTrue\nbase-dev-AML-KV\tFalse"]})
    assert done.exit_code == 0
    assert deleting(done)[-2:] == [
        "az group delete --name base-dev-RG --yes", "az keyvault purge --name base-dev-AML-KV"]
    assert "  base-dev-KV stays until its time is over" in done.output


def test_what_a_removal_that_broke_off_has_left_of_a_group_goes_with_the_next_one(run):
    """Azure keeps the case in which the group was first named."""
    id_of = "/subscriptions/S/resourcegroups/{}/providers/Microsoft.KeyVault/vaults/KV".format
    done = run("bash devops_pipelines/remove_environment.sh remove base-dev-RG", {
        "az group exists": ["false"],
        "az keyvault list-deleted": [
            f"{id_of('Base-Dev-rg')}\tbase-dev-KV\tFalse\n{id_of('base-dev-RG2')}\tother-KV\tFalse"]})
    assert (done.exit_code, deleting(done)) == (0, ["az keyvault purge --name base-dev-KV"])
    [query] = [re.search("--query (.*)", call, re.DOTALL)[1] for call in done.calls if "list-deleted" in call]
    ours, protected = {"application": "Pipeline Run Monitor"}, {"purgeProtectionEnabled": True}
    found = [{"name": "ours", "properties": {"vaultId": "id", "tags": ours}},
             {"name": "kept", "properties": {"vaultId": "id", "tags": ours, **protected}},
             {"name": "theirs", "properties": {"vaultId": "id", "tags": None}}]
    assert jmespath.search(query, found) == [["id", "ours", False], ["id", "kept", True]]


def test_removal_of_an_environment_whose_deployment_failed_removes_what_is_there(run):
    done = run("bash devops_pipelines/remove_environment.sh remove base-dev-RG", {"az group exists": ["true"]})
    assert done.exit_code == 0
    assert deleting(done) == ["az group delete --name base-dev-RG --yes"]


def test_a_workspace_that_was_there_before_is_never_removed(run):
    done = run("bash devops_pipelines/remove_environment.sh remove base-dev-RG",
               ENVIRONMENT | {f"{WORKSPACES} [?!(tags.application": ["team-ws"]})
    assert done.exit_code == 3
    assert "base-dev-RG also holds team-ws, which the deployment did not create" in done.output
    assert deleting(done) == []


@pytest.mark.parametrize("gone", [
    {"az group exists --subscription S --name ml": ["false"]},
    {"az eventgrid system-topic list --subscription S": [listed("first-events-2")]},
], ids=["group", "topic"])
def test_what_others_have_removed_already_is_not_in_the_way(run, gone):
    """With a workspace its topic goes, and to ask a topic or a group that is not there is an error."""
    done = run("bash devops_pipelines/remove_environment.sh remove base-dev-RG", gone | {
        call: answers for call, answers in ENVIRONMENT.items() if call not in gone})
    assert done.exit_code == 0
    asked = [call for call in done.calls if call.startswith(SUBSCRIPTIONS)]
    assert len(asked) == 1 and "--system-topic-name second-events " in asked[0]
    assert "az group delete --name base-dev-RG --yes" in deleting(done)


@pytest.mark.parametrize("action", ["plan", "remove"])
def test_of_what_is_locked_nothing_is_removed(run, action):
    """Otherwise half of it would be gone before the lock is met."""
    done = run(f"bash devops_pipelines/remove_environment.sh {action} base-dev-RG",
               ENVIRONMENT | {"az lock list --resource-group base-dev-RG": ["no-delete\nstorage-lock"]})
    assert (done.exit_code, done.output) == (
        3, "base-dev-RG is locked against its removal by no-delete, storage-lock\n")
    assert deleting(done) == []


@pytest.mark.parametrize("command", [
    "az lock list", "az deployment group list", "az eventgrid system-topic list", SUBSCRIPTIONS,
    f"{RESOURCES} Microsoft.Web/sites", "az role definition list", "az role assignment list",
    "az role definition delete", "az ml workspace delete", "az monitor log-analytics workspace delete"])
def test_removal_stops_at_the_first_failure(run, command):
    done = run("bash devops_pipelines/remove_environment.sh remove base-dev-RG",
               {command: [1]} | {call: answers for call, answers in ENVIRONMENT.items() if call != command})
    assert done.exit_code == 1
    assert not any("group delete" in call for call in done.calls)


def test_removal_of_an_environment_that_is_not_there_says_so(run):
    done = run("bash devops_pipelines/remove_environment.sh remove base-test-RG", {"az group exists": ["false"]})
    assert (done.exit_code, done.output) == (2, "there is no resource group base-test-RG, so nothing to remove\n")
    assert deleting(done) == []


def test_removal_without_a_login_says_nothing_of_the_group(run):
    done = run("bash devops_pipelines/remove_environment.sh remove base-dev-RG", {
        "az group exists": [{"exit_code": 1, "error": "run az login"}]})
    assert (done.exit_code, done.output) == (1, "run az login\n")


def test_removal_looks_for_what_the_deployment_names(run):
    role = json.loads((REPOSITORY / "environment_setup" / "role.json").read_text())
    bicep = (REPOSITORY / "environment_setup" / "modules" / "run_reader.bicep").read_text()
    done = run("bash devops_pipelines/remove_environment.sh plan base-dev-RG", ENVIRONMENT)
    assert "roleName: '${role.name}: ${functionAppName} reads ${workspaceName} " in bicep
    assert ENVIRONMENT["az role definition list"][0].startswith(f"{role['name']}: Base-dev-FUNC reads ws ")
    [query] = {re.search("--query (.*)", call)[1] for call in done.calls if "role definition list" in call}
    assert jmespath.search(query, [{"roleName": "title", "name": "role"}]) == [["title", "role"]]
    assert [line for line in done.output.splitlines() if "  role " in line] == ["  role role"] * 2


def test_removal_takes_the_topics_of_the_newest_deployment_that_has_some(run):
    def deployment(day, **outputs):
        values = {name: {"value": value} for name, value in outputs.items()}
        return {"properties": {"timestamp": f"2026-11-{day}T08:00:00Z", "outputs": values or None}}
    done = run("bash devops_pipelines/remove_environment.sh plan base-dev-RG", ENVIRONMENT)
    [query] = [re.search("--query (.*)", call)[1] for call in done.calls if "deployment group list" in call]
    found = [deployment(20, systemTopicIds=["old"]), deployment(24), deployment(22, systemTopicIds=["new", "newer"]),
             deployment(23, other="value")]
    assert jmespath.search(query, found) == ["new", "newer"]
    assert jmespath.search(query, [deployment(24)]) is None


def test_removal_tells_what_was_created_from_what_was_there_before(run):
    done = run("bash devops_pipelines/remove_environment.sh plan base-dev-RG", ENVIRONMENT)
    main = (REPOSITORY / "environment_setup" / "main.bicep").read_text()
    assert "application: 'Pipeline Run Monitor'" in main
    foreign, apps, created, logs = [re.search("--query (.*) --output", call)[1]
                                    for call in done.calls if call.startswith(RESOURCES)]
    resources = [{"name": "ours", "tags": {"application": "Pipeline Run Monitor"}, "identity": {"principalId": "id"}},
                 {"name": "theirs", "tags": {"application": "Other"}}, {"name": "bare", "tags": None}]
    assert jmespath.search(foreign, resources) == ["theirs", "bare"]
    assert jmespath.search(created, resources) == jmespath.search(logs, resources) == ["ours"]
    assert jmespath.search(apps, resources) == [["ours", "id"]]
    assert jmespath.search(apps, [resources[0] | {"identity": None}]) == [["ours", ""]]
