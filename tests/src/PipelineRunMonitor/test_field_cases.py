"""Runs as public reports show them, and what the record has to say of each."""
import json
from copy import deepcopy

import pytest

from tests.src.PipelineRunMonitor.stories import load, names, node_hours, play

FAILED_STEP = ("failed_step_count", "failed_step_run_id", "failed_step_name", "failed_step_error_message")
ROOTS = {
    "automl_step": {f"5dd4f320-0000-45a5-b874-00000000000{number}" for number in (1, 2, 3)},
    "hyperdrive_run": {"HD_3e829474-0000-43d0-a49b-412e08bc6ae0"},
    "nested_step_mended": {"brave_root_x1y2z3"},
    "not_responding_step_mended": {"3c4d7a10-0000-4000-8000-00000000c0de"},
    "script_parent_completed_children_failed": {"many-child-runs_1601770000_1a2b3c4d"},
    "automl_v2_iteration": {"mllearn-bike-automl"},
    "failed_before_start": {"lemon_parrot_j6zfpdpxb6"},
}


def dimensions(name):
    return {run_id: record.dimensions for run_id, record in play(load(name)).items()}


@pytest.mark.parametrize("name", names())
def test_every_run_of_every_story_is_recorded(name):
    story = load(name)
    assert set(play(story)) == {step["event"]["data"]["runId"] for step in story["steps"]}


@pytest.mark.parametrize("name", ROOTS)
def test_pipeline_run_of_every_run_is_its_root_in_record_and_trace(name):
    records = play(load(name)).values()
    assert {record.dimensions["root_run_id"] for record in records} == ROOTS[name]
    for record in records:
        root = record.dimensions["root_run_id"]
        assert record.dimensions["pipelinerunid"] == root
        if record.span:
            assert record.span.properties["cicd.pipeline.run.id"] == root
            assert f"/runs/{root}?" in record.span.properties["cicd.pipeline.run.url.full"]
            assert (record.span.parent_id is None) == (record.dimensions["run_id"] == root)


@pytest.mark.parametrize("name, hours", [
    ("hyperdrive_run", 0.967), ("automl_step", 0.685), ("canceled_v2_command", 10.78)])
def test_only_runs_that_hold_a_machine_cost_hours(name, hours):
    assert node_hours(play(load(name))) == pytest.approx(hours, abs=0.005)


@pytest.mark.parametrize("name", ["automl_step", "nested_step_mended", "not_responding_step_mended", "hyperdrive_run"])
def test_failure_that_was_made_good_is_no_failed_step(name):
    for found in dimensions(name).values():
        assert not any(dimension.startswith("failed_step") for dimension in found)


@pytest.mark.parametrize("name", ["nested_step_mended", "not_responding_step_mended"])
def test_failure_counts_as_long_as_nothing_makes_it_good(name):
    """The later attempt fails as well; a nested pipeline and its root complete all the same, or fail with it."""
    story = load(name)
    for status in ("Completed", "Failed"):
        last = story["steps"][-1]["runs"]
        for run in last.values():
            is_attempt = run["runType"] == "azureml.StepRun"
            run["status"] = "Failed" if is_attempt and run["status"] == "Completed" else run["status"]
            if not is_attempt and run["parentRunId"]:
                run["status"] = status
        root = dimensions_of_root(story)
        if status == "Completed" and name == "nested_step_mended":
            assert "failed_step_count" not in root  # the nested pipeline absorbs both
        else:
            nested = name == "nested_step_mended"
            assert root["failed_step_count"] == ("3" if nested else "2")
            assert root["failed_step_run_id"].endswith("a1")
            assert root["failed_step_name"] == "train_model"


def dimensions_of_root(story):
    event = story["steps"][-1]["event"]["data"]
    return play(story)[event["runId"]].dimensions


def test_earlier_attempt_makes_nothing_good():
    story = load("not_responding_step_mended")
    first, second = (run for run in story["steps"][-1]["runs"].values() if run["parentRunId"])
    first["createdUtc"], second["createdUtc"] = second["createdUtc"], first["createdUtc"]
    assert dimensions_of_root(story)["failed_step_count"] == "1"


def test_attempt_at_another_node_makes_nothing_good():
    story = load("not_responding_step_mended")
    second = [run for run in story["steps"][-1]["runs"].values() if run["status"] == "Completed" and run["parentRunId"]]
    second[0]["properties"]["azureml.nodeid"] = "dd44ee55"
    assert dimensions_of_root(story)["failed_step_count"] == "1"


def test_mended_nested_pipeline_makes_the_failures_inside_its_first_attempt_good():
    story = load("nested_step_mended")
    runs = story["steps"][-1]["runs"]
    nested = runs["1c4d7a10-0000-4000-8000-00000000c0de"]
    nested["properties"]["azureml.nodeid"] = "ee55ff66"
    again = deepcopy(nested) | {"runId": "again", "createdUtc": "2026-11-25T18:39:00Z"}
    nested["status"] = runs["1c4d7a10-0000-4000-8000-0000000000a2"]["status"] = "Failed"
    runs["again"] = again
    assert "failed_step_count" not in dimensions_of_root(story)
    again["status"] = "Failed"
    assert dimensions_of_root(story)["failed_step_count"] == "4"


def test_script_that_completed_says_what_failed_among_the_runs_that_it_started():
    found = dimensions("script_parent_completed_children_failed")["many-child-runs_1601770000_1a2b3c4d"]
    assert {name: found[name] for name in FAILED_STEP} == {
        "failed_step_count": "2", "failed_step_run_id": "many-child-runs_1601770000_1a2b3c4d_0",
        "failed_step_name": "child 0", "failed_step_error_message": "User program failed with ValueError: no rows"}
    assert found["run_status"] == "Completed" and "is_orchestrating" not in found


def test_failed_trial_has_the_name_of_the_step_around_it():
    story = load("automl_step")
    runs = story["steps"][-1]["runs"]
    root = dict(runs["5dd4f320-0000-45a5-b874-000000000001"])
    runs["4d85652b-0000-42d7-abed-000000000001"]["status"] = root["status"] = "Failed"
    found = dimensions_of_root(story)
    assert (found["failed_step_name"], found["failed_step_run_id"]) == (
        "automl_module", "4d85652b-0000-42d7-abed-000000000001_1")
    assert found["failed_step_count"] == "2"


def test_orchestrating_runs_are_those_that_only_start_others():
    found = {name: {run_id for run_id, found in dimensions(name).items() if "is_orchestrating" in found}
             for name in names()}
    steps = {f"4d85652b-0000-42d7-abed-00000000000{number}" for number in (1, 2, 3)}
    assert {name: runs for name, runs in found.items() if runs} == {
        "automl_step": steps | ROOTS["automl_step"], "hyperdrive_run": ROOTS["hyperdrive_run"],
        "nested_step_mended": {"brave_root_x1y2z3", "1c4d7a10-0000-4000-8000-00000000c0de"},
        "not_responding_step_mended": ROOTS["not_responding_step_mended"]}


def test_facts_of_sdk_v2_are_found_where_it_writes_them():
    found = dimensions("automl_v2_iteration")["mllearn-bike-automl_2"]
    expected = {"vm_size": "Standard_D4s_v3", "compute_target_type": "amlctrain", "target": "Serverless",
                "docker_image": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04",
                "environment": "AzureML-AutoML:156", "node_count": "1", "vm_priority": "Dedicated",
                "execution_time_ms": "50044",
                "script": "automl_driver.py", "parent_run_id": "mllearn-bike-automl", "submitted_by": "A. User"}
    assert {name: found.get(name) for name in expected} == expected


def test_sweep_parent_of_sdk_v2_orchestrates_and_knows_its_size():
    story = load("automl_v2_iteration")
    event = story["steps"][0]["event"]["data"]
    event |= {"runId": "mllearn-bike-automl", "runProperties": {}}
    found = play(story)["mllearn-bike-automl"].dimensions
    assert (found["is_orchestrating"], found["vm_size"], found["display_name"]) == (
        "true", "Standard_DS3_v2", "bike automl")


def test_command_of_sdk_v2_takes_the_place_of_a_script():
    [found] = dimensions("canceled_v2_command").values()
    assert found["command"].startswith("python startDask.py") and "script" not in found
    assert (found["node_count"], found["run_status"]) == ("4", "Canceled")


def test_run_of_an_experiment_that_no_name_can_ask_for_is_recorded_whole():
    [record] = play(load("experiment_with_slash")).values()
    found = record.dimensions
    assert (found["experiment_name"], found["error_message"], found["target"]) == (
        "dev_hka/test", "ValueError: no rows", "cpu")
    assert "not_read" not in found


def test_run_that_never_started_has_a_code_and_no_duration():
    [found] = dimensions("failed_before_start").values()
    assert found["error_code"] == "UserError"
    assert not {"execution_time_ms", "start_time_utc_ms", "queue_time_ms", "error_message"} & found.keys()
    assert found["not_read"] == "parent"  # it is gone


def test_stack_trace_is_in_the_message_and_its_cause_in_the_record():
    [record] = play(load("stack_trace_in_error")).values()
    message = json.loads(record.message)
    assert "import tensorflow" in message["error"]["error"]["debugInfo"]["stackTrace"]
    assert json.loads(message["warnings"][0]["message"])["error"]["code"] == "UserError"
    assert record.dimensions["error_message"].endswith("No module named 'tensorflow'")
