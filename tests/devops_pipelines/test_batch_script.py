"""The script that deploys a model to a batch endpoint, run by bash with a stand-in of the Azure CLI."""
import signal

import pytest

SCRIPT = "devops_pipelines/deploy_batch_model.sh group ws scoring model 3 7"
PLACE = "--resource-group group --workspace-name ws"
NEW, OLD = "v3-build-7", "v2-build-5"
DEPLOYMENT, ENDPOINT, JOB = (f"az ml {kind}" for kind in ("batch-deployment", "batch-endpoint", "job"))
CHECK = "python3 -m devops_pipelines.batch_predictions"
ANSWERS = {f"{ENDPOINT} show": [OLD], f"{ENDPOINT} invoke": ["the-job"],
           f"{DEPLOYMENT} list": [f"{OLD}\n{NEW}\nv1-build-2"]}
KINDS = {f"{DEPLOYMENT} create": "create", f"{ENDPOINT} invoke": "start", f"{JOB} stream": "wait",
         f"{JOB} download": "download", CHECK: "check", f"{ENDPOINT} update": "default", f"{JOB} cancel": "cancel",
         f"{DEPLOYMENT} delete": "delete"}


@pytest.fixture
def deploy(run):
    def deploy(answers=None, script=SCRIPT, **environment):
        """What was done, in its order."""
        done = run(script, ANSWERS | (answers or {}), COMPUTE="cpu-cluster", **environment)
        return done, [(kind, call) for call in done.calls for words, kind in KINDS.items() if call.startswith(words)]
    return deploy


def deleted(steps):
    return [call.split()[call.split().index("--name") + 1] for kind, call in steps if kind == "delete"]


def test_a_model_becomes_the_default_when_it_has_predicted(deploy):
    done, steps = deploy()
    assert done.exit_code == 0, done.output
    assert [kind for kind, _ in steps] == ["create", "start", "wait", "download", "check", "default", "delete"]
    calls = dict(steps)
    assert "--set-default" not in calls["create"]
    assert calls["create"].endswith("--set model=azureml:model:3 compute=azureml:cpu-cluster")
    assert f"--name scoring --deployment-name {NEW} --input samples/" in calls["start"]
    assert all(f"--name the-job {PLACE}" in calls[kind] or "--output-name score" in calls[kind]
               for kind in ("wait", "download"))
    assert f"--set defaults.deployment_name={NEW} " in calls["default"]


def test_the_default_before_it_stays_and_older_ones_go(deploy):
    assert deleted(deploy()[1]) == ["v1-build-2"]


def test_the_first_model_has_nothing_beside_it(deploy):
    done, steps = deploy({f"{ENDPOINT} show": [""], f"{DEPLOYMENT} list": [NEW]})
    assert (done.exit_code, deleted(steps)) == (0, []) and "beside nothing" in done.output


@pytest.mark.parametrize(("failure", "cancels"), [
    ({f"{DEPLOYMENT} create": [{"exit_code": 1, "error": "BadRequest"}]}, False), ({f"{ENDPOINT} invoke": [1]}, False),
    ({f"{JOB} stream": [1]}, True), ({CHECK: [1]}, True), ({f"{ENDPOINT} update": [1]}, True),
    ({f"{JOB} stream": [{"signal": signal.SIGTERM}]}, True)],
    ids=["cannot be made", "cannot be started", "fails", "predicts nothing", "cannot be the default", "stopped"])
def test_a_model_that_does_not_work_does_not_become_the_default(deploy, failure, cancels):
    done, steps = deploy(failure | {f"{JOB} cancel": [1]})  # the job has ended
    assert done.exit_code != 0
    assert "default" not in [kind for kind, _ in steps] or f"{ENDPOINT} update" in failure
    assert deleted(steps) == [NEW]
    assert ("cancel" in [kind for kind, _ in steps]) == cancels
    assert f"type=error]{NEW} does not work" in done.output


def test_what_became_the_default_without_being_told_so_is_not_removed(deploy):
    done, steps = deploy({f"{ENDPOINT} show": [OLD, NEW], f"{ENDPOINT} update": [1]})
    assert (done.exit_code, deleted(steps)) == (1, []) and f"{NEW} has predicted and is the default" in done.output


def test_where_nobody_knows_the_default_nothing_is_removed(deploy):
    done, steps = deploy({f"{ENDPOINT} show": [OLD, 1], f"{ENDPOINT} update": [1]})
    assert done.exit_code != 0 and not deleted(steps)


def test_without_a_cluster_nothing_is_touched(run):
    done = run(f"env --unset COMPUTE {SCRIPT}", ANSWERS)
    assert done.exit_code != 0 and "COMPUTE: names the cluster of the jobs" in done.output
    assert not [call for call in done.calls if call.startswith(DEPLOYMENT)]


def test_the_same_build_again_leaves_what_it_has_deployed(deploy):
    done, steps = deploy({f"{ENDPOINT} show": [NEW]})
    assert (done.exit_code, steps) == (0, [])


def test_a_version_that_is_not_registered_is_not_deployed(deploy):
    done, steps = deploy({"az ml model show": [{"exit_code": 3, "error": "model:3 was not found"}]})
    assert (done.exit_code, steps) == (3, []) and "model:3 was not found" in done.output


def test_a_task_that_is_cancelled_is_followed_by_one_that_takes_away_what_it_has_left(deploy, tmp_path):
    (tmp_path / f"scoring-{NEW}").write_text("the-job\n")
    done, steps = deploy(script=f"{SCRIPT} go-back", AGENT_TEMPDIRECTORY=str(tmp_path))
    assert done.exit_code == 0
    assert [kind for kind, _ in steps] == ["cancel", "delete"] and deleted(steps) == [NEW]
    done, steps = deploy(script=f"{SCRIPT} go-back", AGENT_TEMPDIRECTORY=str(tmp_path))
    assert steps[2:] == [], "once is enough"
