"""What the real azureml-core submits runs on this machine, and is told of as Azure tells."""
from pathlib import Path

import pytest

from local_azure.machine_learning.run_history.writing import CANCEL_REQUESTED, FINALIZING, RUNNING
from tests.local_azure.machine_learning.execution.ended import wait_until_ended
from tests.local_azure.machine_learning.living_azure import living_azure

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def azure(tmp_path_factory):
    with living_azure(tmp_path_factory.mktemp("living")) as running:
        yield running


@pytest.fixture(scope="module")
def seen(azure):
    """What the SDK saw of each run that it submitted, by its name."""
    return azure.client(HERE / "submit.py", str(HERE / "jobs"))


def test_the_process_is_the_submitted_run(seen):
    assert seen["train"]["log"].startswith(
        f"context _SubmittedRun {seen['train']['id']} spike living-ws --alpha 0.4 red 1,2")
    assert (seen["train"]["status"], seen["number"]) == ("Completed", 1)


def test_what_the_script_says_of_its_run_is_kept(seen):
    assert seen["train"]["tags"] == {"team": "a", "kind": "spike"}
    assert seen["train"]["properties"]["owner"] == "tests"
    assert seen["train"]["children"] == {">part": "Completed", ">bad": "Failed"}


def test_metrics_of_the_last_moment_are_not_lost(seen):
    metrics = seen["train"]["metrics"]
    assert metrics["loss"] == [0.5, 0.25] and metrics["row"] == {"a": 1, "b": 2.5} and metrics["mse"] != metrics["mse"]


def test_files_are_artifacts_whether_uploaded_or_left_in_outputs(seen):
    assert set(seen["train"]["files"]) == {"user_logs/std_log.txt", "outputs/model.txt", "given/other.txt"}
    assert seen["train"]["logs"] == ["user_logs/std_log.txt"]
    assert seen["back"] == "other"


def test_a_failed_run_says_its_exit_code_and_its_last_lines(seen):
    message = seen["fail"]["error"]["error"]["message"]
    assert message.startswith("Execution failed. User process 'python' exited with status code 1. Please check ")
    assert message.endswith("ValueError: no rows")
    assert "starter" not in message and "runpy" not in message


def test_a_command_is_the_shells(seen):
    assert seen["command"]["log"] == f"red {seen['command']['id']}\n"
    assert "status code 3" in seen["command"]["error"]["error"]["message"]


@pytest.mark.parametrize(("name", "statuses"), [
    ("train", ["NotStarted", "Queued", "Running", "Finalizing", "Completed"]),
    ("fail", ["NotStarted", "Queued", "Running", "Finalizing", "Failed"]),
    ("limited", ["NotStarted", "Queued", "Running", "Finalizing", "Canceled"]),
    ("canceled", ["NotStarted", "Queued", "Running", "CancelRequested", "Canceled"])])
def test_every_change_of_status_is_an_event(azure, seen, name, statuses):
    assert azure.statuses(seen[name]["id"]) == statuses


def test_events_are_those_of_the_run_and_each_has_an_id_of_its_own(azure, seen):
    events = [event for event in azure.events if event["data"]["runId"] == seen["train"]["id"]]
    assert events[-1]["eventType"] == "Microsoft.MachineLearningServices.RunCompleted"
    assert events[-1]["data"]["experimentName"] == "spike"
    assert events[-1]["data"]["runTags"] == {"team": "a", "kind": "spike"}
    assert len({event["id"] for event in azure.events}) == len(azure.events)


@pytest.mark.parametrize("name", ["limited", "canceled"])
def test_a_run_that_is_ended_leaves_no_process(seen, name):
    wait_until_ended(map(int, seen[name]["log"].split()[1:]))


def test_a_run_that_takes_too_long_says_so(seen):
    assert "longer than the 1 seconds" in seen["limited"]["error"]["error"]["message"]


def test_no_more_run_at_a_time_than_the_compute_has_nodes(azure, seen):
    submitted = {seen[name]["id"] for name in ("train", "fail", "limited", "command", "canceled")}
    running, most = set(), 0
    for event in azure.events:
        run_id, status = event["data"]["runId"], event["data"].get("runStatus")
        if run_id in submitted:
            running = running | {run_id} if status == RUNNING else running - {run_id} if status in (
                FINALIZING, CANCEL_REQUESTED) else running
            most = max(most, len(running))
    assert most == 2


def test_the_same_id_again_is_the_same_run(azure, seen):
    assert seen["again"] == seen["canceled"]["id"] == "wait_1"
    assert azure.statuses("wait_1").count("Running") == 1


def test_the_compute_has_to_be_there(seen):
    assert seen["targets"] == ["cpu-cluster"]
    assert "no" in seen["unknown target"] and "not found" in seen["unknown target"]
