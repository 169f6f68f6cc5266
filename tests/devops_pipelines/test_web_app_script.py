"""The script that deploys a model to App Service, run by bash with a stand-in of the Azure CLI."""
import signal

import pytest

SCRIPT = "devops_pipelines/deploy_web_app.sh group ws diabetes model 3 7"
OLD, NEW = "registry.azurecr.io/diabetes-regression:v2-build-5", "registry.azurecr.io/diabetes-regression:v3-build-7"
SMOKE_TEST = "python3 -m devops_pipelines.scoring_smoke_test"
SHOW, CONFIG = "az webapp show --name diabetes --resource-group group", "az webapp config"
ANSWERS = {
    "az ml workspace show": ["/components/insights"], "az resource show": ["the-app-id"],
    f"{SHOW} --query default": ["app.host"], f"{SHOW} --slot": ["next.host"], f"{SHOW} --query id": ["/sites/diabetes"],
    "az rest": ["the-client"], f"{CONFIG} show": [f"DOCKER|{OLD}"], "az account get-access-token": ["token"]}
KINDS = {"az acr build": "build", "az webapp stop": "stop", "az rest --method patch": "set",
         "az webapp start": "start", SMOKE_TEST: "ask", "az webapp deployment slot swap": "swap",
         "az webapp log download": "log"}


@pytest.fixture
def deploy(run):
    def deploy(answers=None, script=SCRIPT, **environment):
        """What was done, in its order."""
        done = run(script, ANSWERS | (answers or {}), **environment)
        return done, [(kind, call) for call in done.calls for words, kind in KINDS.items() if call.startswith(words)]
    return deploy


def kinds(steps):
    return [kind for kind, _ in steps]


def asked(steps):
    return [call.split()[call.split().index("--scoring-url") + 1] for kind, call in steps if kind == "ask"]


def test_an_image_is_built_asked_in_its_slot_and_swapped_with_the_one_in_use(deploy):
    done, steps = deploy()
    assert done.exit_code == 0, done.output
    assert kinds(steps) == ["build", "stop", "set", "start", "ask", "swap", "ask", "stop"]
    assert asked(steps) == ["https://next.host/score", "https://app.host/score"]
    assert all("--slot next" in call for kind, call in steps if kind in ("stop", "start", "swap"))
    calls = dict(steps)
    assert f"DOCKER|{NEW}" in calls["set"] and "/sites/diabetes/slots/next/config/web?" in calls["set"]
    assert "--registry registry --image diabetes-regression:v3-build-7 " in calls["build"]
    assert " --build-arg MODEL_NAME=model --build-arg MODEL_VERSION=3 " in calls["build"]
    assert "--model-version 3 " in calls["ask"]


def test_the_token_is_for_the_application_of_the_service_and_no_argument(deploy):
    done, _ = deploy({"az account get-access-token": ["hush"]})
    assert "az account get-access-token --resource the-client --query accessToken --output tsv" in done.calls
    assert not [call for call in done.calls if "hush" in call]
    [environment, *_] = [one for call, one in zip(done.calls, done.environments) if call.startswith(SMOKE_TEST)]
    assert environment["SCORING_TOKEN"] == environment["QUERY_TOKEN"] == "hush"


@pytest.mark.parametrize("failure", [{"az ml model download": [3]}, {"az acr build": [1]}],
                         ids=["no such model", "no image"])
def test_without_an_image_nothing_is_touched(deploy, failure):
    done, steps = deploy(failure)
    assert done.exit_code != 0 and set(kinds(steps)) <= {"build"}


@pytest.mark.parametrize("failure", [{"az rest --method patch": [1]}, {SMOKE_TEST: [1]},
                                     {SMOKE_TEST: [{"signal": signal.SIGTERM}]}],
                         ids=["cannot be started", "fails the smoke test", "stopped"])
def test_what_does_not_work_is_not_swapped(deploy, failure):
    done, steps = deploy(failure)
    assert done.exit_code != 0
    assert kinds(steps)[-2:] == ["log", "stop"] and "swap" not in kinds(steps)
    assert "type=error]v3-build-7 does not work: going back" in done.output


@pytest.mark.parametrize("failure", [
    {SMOKE_TEST: ["fine", 1]}, {"az webapp deployment slot swap": [1, "back"]},
    {SMOKE_TEST: ["fine", {"signal": signal.SIGTERM}]}],
    ids=["fails the smoke test", "swapped, but not told so", "stopped"])
def test_what_fails_in_use_is_swapped_back(deploy, failure):
    done, steps = deploy({f"{CONFIG} show": [f"DOCKER|{OLD}", f"DOCKER|{NEW}"]} | failure)
    assert done.exit_code != 0
    assert kinds(steps).count("swap") == 2 and kinds(steps)[-2:] == ["log", "stop"]


def test_where_nobody_knows_what_is_in_use_nothing_is_stopped(deploy):
    done, steps = deploy({f"{CONFIG} show": [f"DOCKER|{OLD}", 1], SMOKE_TEST: ["fine", 1]})
    assert done.exit_code != 0 and kinds(steps)[-3:] == ["ask", "swap", "ask"]


def test_an_image_that_is_named_by_its_digest_is_followed_by_one_with_a_tag(deploy):
    done, steps = deploy({f"{CONFIG} show": ["DOCKER|registry.azurecr.io/diabetes-regression@sha256:abc"]})
    assert done.exit_code == 0 and "--image diabetes-regression:v3-build-7 " in dict(steps)["build"]


def test_what_could_not_be_swapped_is_not_swapped_back(deploy):
    """It would come into use by that."""
    done, steps = deploy({"az webapp deployment slot swap": [1]})
    assert done.exit_code == 1 and kinds(steps)[-4:] == ["ask", "swap", "log", "stop"]


def test_the_same_build_again_only_asks_what_it_has_deployed(deploy):
    done, steps = deploy({f"{CONFIG} show": [f"DOCKER|{NEW}"]})
    assert (done.exit_code, kinds(steps), asked(steps)) == (0, ["ask"], ["https://app.host/score"])


@pytest.mark.parametrize(("in_use", "expected"), [(NEW, ["swap", "log", "stop"]), (OLD, ["log", "stop"])],
                         ids=["after the swap", "before it"])
def test_a_task_that_is_cancelled_is_followed_by_one_that_goes_back(deploy, tmp_path, in_use, expected):
    (tmp_path / "diabetes-v3-build-7").touch()
    done, steps = deploy({f"{CONFIG} show": [f"DOCKER|{in_use}"]}, f"{SCRIPT} go-back",
                         AGENT_TEMPDIRECTORY=str(tmp_path))
    assert (done.exit_code, kinds(steps)) == (0, expected)
    assert not (tmp_path / "diabetes-v3-build-7").exists()


def test_a_task_that_is_cancelled_before_it_has_begun_leaves_nothing_to_go_back_to(deploy, tmp_path):
    done, steps = deploy(script=f"{SCRIPT} go-back", AGENT_TEMPDIRECTORY=str(tmp_path))
    assert (done.exit_code, steps) == (0, [])
