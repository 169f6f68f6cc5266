"""What the real azureml-pipeline-core publishes and submits runs step by step, in the order of its graph."""
from pathlib import Path

import pytest

from local_azure.machine_learning.computes.models import Compute
from tests.local_azure.machine_learning.living_azure import WORKSPACE, living_azure

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def azure(tmp_path_factory):
    with living_azure(tmp_path_factory.mktemp("living"), computes=[Compute("cpu-cluster", most_nodes=2)]) as running:
        yield running


@pytest.fixture(scope="module")
def seen(azure):
    return azure.client(HERE / "publish.py", str(HERE))


def log_of(azure, run_id):
    return (azure.folder / "blobs" / f"dcid.{run_id}" / "user_logs" / "std_log.txt").read_text()


def events_of(azure, pipeline_run):
    """(step or None for the pipeline, status), in their order."""
    names = {pipeline_run["id"]: None, **{step["id"]: name for name, step in pipeline_run["steps"].items()}}
    return [(names[event["data"]["runId"]], event["data"].get("runStatus", "Completed")) for event in azure.events
            if event["data"]["runId"] in names]


def test_a_published_pipeline_runs_its_steps(seen):
    assert seen["published"]["status"] == "Finished"
    assert {name: step["status"] for name, step in seen["published"]["steps"].items()} == dict.fromkeys(
        ("Left", "Right", "Join"), "Completed")


def test_a_step_waits_for_those_before_it_and_for_no_other(azure, seen):
    events = events_of(azure, seen["published"])
    join = events.index(("Join", "NotStarted"))
    assert max(events.index(("Left", "Completed")), events.index(("Right", "Completed"))) < join
    assert max(events.index(("Left", "Running")), events.index(("Right", "Running"))) < min(
        events.index(("Left", "Completed")), events.index(("Right", "Completed")))
    assert events[0] == (None, "NotStarted") and events[-1] == (None, "Completed")


def test_data_goes_from_step_to_step_and_parameters_to_all(azure, seen):
    assert log_of(azure, seen["published"]["steps"]["Join"]["id"]) == "2[left][right] -\n"
    assert log_of(azure, seen["published"]["steps"]["Left"]["id"]) == "left left\n"
    assert log_of(azure, seen["endpoint"]["steps"]["Join"]["id"]) == "5[left][right] -\n"


def test_an_unchanged_step_is_reused_where_it_may_be(azure, seen):
    first, again = seen["published"]["steps"], seen["again"]["steps"]
    record = azure.runs.run(again["Left"]["id"]).record
    assert record["properties"]["azureml.isreused"] == "true"
    assert record["properties"]["azureml.reusedrunid"] == first["Left"]["id"]
    assert record["properties"]["azureml.reusedpipelinerunid"] == seen["published"]["id"]
    assert azure.statuses(again["Left"]["id"]) == ["NotStarted", "Completed"]
    for name in ("Right", "Join"):  # one may not be, the other reads what that wrote anew
        assert "azureml.isreused" not in azure.runs.run(again[name]["id"]).record["properties"]
    assert log_of(azure, again["Join"]["id"]) == "2[left][right] -\n"


def test_a_failed_step_is_the_end_of_its_pipeline(azure, seen):
    failing = seen["failing"]
    assert failing["status"] == "Failed"
    assert "Join" not in failing["steps"]
    message = azure.runs.run(failing["id"]).record["error"]["error"]["message"]
    assert message.startswith("Pipeline has failed child jobs. Failed nodes: /Left.")


def test_runs_say_where_they_come_from(azure, seen):
    published = seen["published"]
    assert published["properties"]["azureml.pipelineid"] == seen["id"]
    assert seen["failing"]["properties"]["azureml.parameters"] == '{"word": "fail"}'
    step = azure.runs.run(published["steps"]["Left"]["id"]).record
    assert step["tags"]["azureml.pipelinerunid"] == step["tags"]["azureml.pipeline"] == published["id"]
    assert (step["rootRunId"], step["runType"], step["properties"]["azureml.moduleName"]) == (
        published["id"], "azureml.StepRun", "Left")


def test_an_endpoint_runs_its_default_version(seen):
    assert seen["endpoint"]["properties"]["azureml.pipelineid"] == seen["id"]


def test_a_pipeline_runs_without_being_published(seen):
    assert (seen["unpublished"]["status"], seen["unpublished"]["tags"]) == ("Finished", {"team": "a"})


def test_a_schedule_starts_a_run_until_it_is_disabled(seen):
    active, disabled, schedule_id = seen["schedules"]
    assert (active, disabled) == (["hourly"], [])
    properties = seen["scheduled"]["properties"]
    assert (properties["azureml.scheduleid"], properties["runSource"]) == (schedule_id, "Schedule")
    assert (seen["scheduled"]["status"], properties["azureml.parameters"]) == ("Finished", '{"count": "7"}')


def test_a_disabled_pipeline_is_not_listed_and_takes_no_runs(seen):
    assert (seen["listed"], seen["disabled"]) == (["diamond"], [])
    assert "Bad Request" in seen["of a disabled one"]


def test_the_published_url_takes_a_run_by_rest(seen):
    assert seen["endpoint url"].endswith(f"{WORKSPACE.arm_id}/PipelineRuns/PipelineSubmit/{seen['id']}")
