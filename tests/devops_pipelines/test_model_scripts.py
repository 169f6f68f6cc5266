"""The scripts that deploy and promote models, run by bash with a stand-in of the Azure CLI."""
import signal

import pytest

DEPLOY = "devops_pipelines/deploy_model.sh group ws diabetes model 3 7"
PROMOTE = "devops_pipelines/promote_model.sh model 3 qa qa-ws production production-ws"
PLACE = "--resource-group group --workspace-name ws"
NEW, OLD = "v3-build-7", "v2-build-5"
SHOW, UPDATE, DEPLOYMENT = "az ml online-endpoint show", "az ml online-endpoint update", "az ml online-deployment"
SMOKE_TEST = "python3 -m devops_pipelines.scoring_smoke_test"
SCORING_URL, TRAFFIC = (f"{SHOW} --name diabetes {PLACE} --query {what}" for what in ("scoring_uri", "[keys"))
ENDPOINT = {
    SCORING_URL: ["https://diabetes/score"], TRAFFIC: [f"{OLD}\tv1-build-2\n100\t0"],
    "az ml workspace show": ["/components/insights"], "az resource show": ["the-app-id"],
    f"{DEPLOYMENT} show": [3], "az account get-access-token": ["token"]}


@pytest.fixture
def deploy(run):
    def deploy(answers=None):
        """What was done to the endpoint, in its order."""
        done = run(DEPLOY, ENDPOINT | (answers or {}))
        kinds = {SMOKE_TEST: "ask", UPDATE: "traffic", f"{DEPLOYMENT} create": "create",
                 f"{DEPLOYMENT} delete": "delete", f"{DEPLOYMENT} get-logs": "logs"}
        steps = [(kind, call) for call in done.calls for words, kind in kinds.items() if call.startswith(words)]
        return done, steps
    return deploy


def kinds(steps):
    return [kind for kind, _ in steps]


def traffic(steps):
    return [call.partition("--traffic ")[2].partition(" --output")[0] for kind, call in steps if kind == "traffic"]


def deleted(steps):
    return [call.split()[call.split().index("--name") + 1] for kind, call in steps if kind == "delete"]


def test_a_model_is_deployed_beside_the_running_one_and_gets_the_traffic_when_it_works(deploy):
    done, steps = deploy()
    assert done.exit_code == 0, done.output
    assert kinds(steps) == ["create", "ask", "traffic", "ask", "delete"]
    assert f"--name {NEW} --endpoint-name diabetes {PLACE} " in steps[0][1] and "traffic" not in steps[0][1]
    assert steps[0][1].endswith("--set model=azureml:model:3")
    assert steps[1][1].endswith(f"--deployment {NEW}") and "--deployment" not in steps[3][1]
    assert "--query-url https://api.applicationinsights.io/v1/apps/the-app-id/query" in steps[1][1]
    assert traffic(steps) == [f"{NEW}=100 {OLD}=0"]
    assert deleted(steps) == [OLD]


def test_the_first_model_has_nothing_beside_it(deploy):
    done, steps = deploy({TRAFFIC: [""]})
    assert (done.exit_code, traffic(steps), deleted(steps)) == (0, [f"{NEW}=100"], [])


@pytest.mark.parametrize("failure", [
    {f"{DEPLOYMENT} create": [{"exit_code": 1, "error": "ResourceNotReady"}]}, {SMOKE_TEST: [1]}],
    ids=["does not become healthy", "fails the smoke test"])
def test_no_traffic_moves_to_a_model_that_does_not_work(deploy, failure):
    done, steps = deploy(failure | {f"{DEPLOYMENT} get-logs": ["###vso[task.complete result=Succeeded;]"]})
    assert done.exit_code != 0 and "\n#vso[task.complete" in done.output
    assert traffic(steps) == []
    assert kinds(steps)[-2:] == ["logs", "delete"] and deleted(steps) == [NEW]
    assert f"type=error]{NEW} does not work: going back to {OLD}=100" in done.output


@pytest.mark.parametrize(("before", "back"), [(ENDPOINT[TRAFFIC], f"{NEW}=0 {OLD}=100"), ([""], f"{NEW}=0"),
                                              (["a\tb\n30\t70"], f"{NEW}=0 a=30 b=70")],
                         ids=["one", "none", "two"])
def test_the_traffic_goes_back_from_a_model_that_fails_with_it(deploy, before, back):
    done, steps = deploy({TRAFFIC: before, SMOKE_TEST: ["fine", 1]})
    assert done.exit_code != 0
    assert traffic(steps)[1:] == [back]
    assert deleted(steps) == [NEW]


def test_a_pipeline_that_is_cancelled_leaves_the_traffic_where_it_was(deploy):
    done, steps = deploy({SMOKE_TEST: ["fine", {"signal": signal.SIGTERM}]})
    assert done.exit_code != 0
    assert (traffic(steps)[1:], deleted(steps)) == ([f"{NEW}=0 {OLD}=100"], [NEW])


def test_traffic_that_cannot_be_moved_is_put_back(deploy):
    done, steps = deploy({UPDATE: [1, "back"]})
    assert (done.exit_code, traffic(steps)[1:], deleted(steps)) == (1, [f"{NEW}=0 {OLD}=100"], [NEW])


def test_an_old_deployment_that_cannot_be_removed_is_no_reason_to_go_back(deploy):
    done, steps = deploy({f"{DEPLOYMENT} delete": [1]})
    assert done.exit_code != 0
    assert (kinds(steps)[-1], len(traffic(steps)), deleted(steps)) == ("delete", 1, [OLD])


def test_the_same_build_again_only_asks_what_it_has_deployed(deploy):
    done, steps = deploy({TRAFFIC: [f"{NEW}\n100"]})
    assert (done.exit_code, kinds(steps)) == (0, ["ask"])


def test_what_an_earlier_attempt_has_left_is_replaced(deploy):
    done, steps = deploy({f"{DEPLOYMENT} show": ["there"]})
    assert done.exit_code == 0
    assert (kinds(steps)[:2], deleted(steps)) == (["delete", "create"], [NEW, OLD])


def test_a_version_that_is_not_registered_is_not_deployed(deploy):
    done, steps = deploy({"az ml model show": [{"exit_code": 3, "error": "model:3 was not found"}]})
    assert done.exit_code == 3 and steps == []
    assert "model:3 was not found" in done.output


def test_tokens_are_no_arguments(deploy):
    done, _ = deploy({"az account get-access-token": ["hush"]})
    assert not [call for call in done.calls if "hush" in call]
    [environment, *_] = [one for call, one in zip(done.calls, done.environments) if call.startswith(SMOKE_TEST)]
    assert environment["SCORING_TOKEN"] == environment["QUERY_TOKEN"] == "hush"


def test_a_model_is_registered_elsewhere_with_its_tags_and_its_version(run):
    done = run(PROMOTE, {"az ml model show --name model --version 3 --output tsv": [3],
                         "az ml model show": ["{}"], "python3 -c": ["mse=3000.5\nBuildId=7"]})
    assert done.exit_code == 0, done.output
    [download] = [call for call in done.calls if call.startswith("az ml model download")]
    [create] = [call for call in done.calls if call.startswith("az ml model create")]
    assert "--resource-group qa --workspace-name qa-ws" in download
    assert create.startswith("az ml model create --name model --version 3 ")
    assert "--resource-group production --workspace-name production-ws" in create
    assert "/model --type custom_model" in create
    assert "--tags promoted_from=qa/qa-ws mse=3000.5 BuildId=7 --query id" in create


@pytest.mark.parametrize(("found", "exit_code"), [("qa/qa-ws", 0), ("its own training", 3), ("other/ws", 3)])
def test_a_version_that_is_there_stays_and_has_to_be_the_same_model(run, found, exit_code):
    done = run(PROMOTE, {"az ml model show": [found]})
    assert done.exit_code == exit_code
    assert not [call for call in done.calls if "create" in call]


def test_nothing_is_promoted_within_a_workspace(run):
    done = run("devops_pipelines/promote_model.sh model 3 qa ws qa ws", {})
    assert (done.exit_code, done.calls) == (0, [])
