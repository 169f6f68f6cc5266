import json
from dataclasses import replace

import pytest

from azure_access.workspaces import WorkspaceId
from PipelineRunMonitor.events import parsing
from PipelineRunMonitor.events.parsing import RUN_COMPLETED, RUN_STATUS_CHANGED, InvalidEvent, OtherEvent, RunEvent

SAMPLE = WorkspaceId("38e0c6f9-393e-413e-9d17-6e95dc2b5a5b", "sample", "sample-ws")
OTHER = WorkspaceId("38e0c6f9-393e-413e-9d17-6e95dc2b5a5b", "sample", "other-ws")


def parse(body, monitored=(SAMPLE,)):
    return parsing.parse(body if isinstance(body, str) else json.dumps(body), monitored)


def an_event(**changes):
    event = {"id": "e1", "topic": SAMPLE.arm_id, "eventType": RUN_STATUS_CHANGED, "eventTime": "2022-10-05T18:06:43Z",
             "data": {"runId": "r1", "runStatus": "Failed", "experimentId": "x1", "experimentName": "flight-delay",
                      "runTags": {}, "runProperties": {}}}
    event.update(changes)
    return {name: value for name, value in event.items() if value is not ...}


def some_data(**changes):
    return {name: value for name, value in {**an_event()["data"], **changes}.items() if value is not ...}


def test_event_grid_schema_in_its_array(data_folder):
    [event] = parse((data_folder / "events" / "event_grid_run_completed.json").read_text())
    assert isinstance(event, RunEvent)
    assert (event.id, event.type) == ("831e1650-001e-001b-66ab-eeb76e069631", RUN_COMPLETED)
    assert event.run_id == "73947786-1972-4aa0-9464-3864ed95284a"
    assert event.run_status == "Completed"
    assert event.time.isoformat() == "2022-10-05T18:06:43.958410+00:00"
    assert event.tags == {"azureml.pipelinerunid": "9ba5c47b-6a01-481d-a364-0f950b4f7206"}


def test_cloud_event_with_a_null_run_type_and_a_lower_case_status(data_folder):
    [event] = parse((data_folder / "events" / "cloud_event_run_status_changed.json").read_text())
    assert (event.type, event.run_type, event.run_status) == (RUN_STATUS_CHANGED, None, "Failed")
    assert event.workspace == SAMPLE


@pytest.mark.parametrize("name", ["seed_pipeline_run", "seed_step_run"])
def test_event_type_as_the_python_attribute_is_called(data_folder, name):
    [event] = parse((data_folder / "events" / f"{name}.json").read_text())
    assert (event.type, event.run_status, event.time) == (RUN_STATUS_CHANGED, "Completed", None)


def test_batch_keeps_order_and_good_events_beside_bad_ones():
    found = parse([an_event(id="a"), 7, an_event(id="b", data=some_data(runId=None)), an_event(id="c")])
    assert [type(event) for event in found] == [RunEvent, InvalidEvent, InvalidEvent, RunEvent]
    assert [event.id for event in found] == ["a", None, "b", "c"]


@pytest.mark.parametrize("event_type", ["ModelRegistered", "ModelDeployed", "DatasetDriftDetected"])
def test_other_event_types_are_told_apart_and_not_checked(event_type):
    [event] = parse({"id": "e2", "eventType": f"Microsoft.MachineLearningServices.{event_type}", "data": 5})
    assert event == OtherEvent("e2", f"Microsoft.MachineLearningServices.{event_type}")


@pytest.mark.parametrize("status", ["canceled", "CANCELED", "Canceled"])
def test_run_status_in_any_case_is_spelled_as_azure_does(status):
    [event] = parse(an_event(data=some_data(runStatus=status)))
    assert event.run_status == "Canceled"


def test_unknown_run_status_is_kept():
    [event] = parse(an_event(data=some_data(runStatus="Evaporated")))
    assert event.run_status == "Evaporated"


@pytest.mark.parametrize("body, reason", [
    ("", "empty body"),
    ("  \n", "empty body"),
    ("not json", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ("5", "not an event but a number"),
    ("null", "not an event but null"),
    ('"text"', "not an event but a text"),
    ("[]", "an empty list of events"),
    ("[[]]", "not an event but a list"),
    ("{}", "no event type"),
    (an_event(data=some_data(runId=...)), "no run id in data.runId"),
    (an_event(data=some_data(runId="")), "no run id in data.runId"),
    (an_event(data=some_data(runId=5)), "data.runId is a number, not a text"),
    (an_event(data=some_data(runId="../../secrets")), "data.runId is no run id"),
    (an_event(data=some_data(runId="..")), "data.runId is no run id"),
    (an_event(data=some_data(runId="r\ud800")), "data.runId is no run id"),
    (an_event(data=some_data(runStatus=None)), "no run status in data.runStatus"),
    (an_event(data=some_data(runTags=[])), "data.runTags is a list, not an object"),
    (an_event(data="x"), "data is a text, not an object"),
    (an_event(eventTime="noon"), "eventTime is no ISO 8601 time"),
    (an_event(eventTime=5), "eventTime is no ISO 8601 time"),
    (an_event(topic="/subscriptions/x"), "is not the ARM id of an Azure Machine Learning workspace"),
    (an_event(topic=OTHER.arm_id), "is not monitored"),
])
def test_malformed_input_is_one_invalid_event_that_says_why(body, reason):
    [event] = parse(body)
    assert isinstance(event, InvalidEvent)
    assert reason in event.reason


def test_every_problem_of_an_event_is_named_at_once():
    [event] = parse(an_event(eventTime="noon", topic=OTHER.arm_id, data=some_data(runId=...)))
    assert all(part in event.reason for part in ("eventTime", "not monitored", "runId"))


def test_topic_is_compared_without_regard_to_case():
    [event] = parse(an_event(topic=SAMPLE.arm_id.upper()))
    assert event.workspace == SAMPLE


def test_event_without_a_topic_belongs_to_the_only_workspace():
    [event] = parse(an_event(topic=...))
    assert event.workspace == SAMPLE


def test_event_without_a_topic_is_invalid_where_several_workspaces_are_monitored():
    [event] = parse(an_event(topic=...), [SAMPLE, OTHER])
    assert "no topic" in event.reason


def test_topic_says_which_workspace():
    [event] = parse(an_event(topic=OTHER.arm_id), [SAMPLE, OTHER])
    assert event.workspace == OTHER


def test_time_without_an_offset_is_utc():
    [event] = parse(an_event(eventTime="2022-10-05T18:06:43"))
    assert event.time.isoformat() == "2022-10-05T18:06:43+00:00"


@pytest.mark.parametrize("tags, expected", [
    ({"azureml.pipelinerunid": "p1"}, "p1"), ({}, None), ({"azureml.pipelinerunid": None}, None),
    ({"azureml.pipelinerunid": "../secrets"}, None), ({"azureml.pipelinerunid": 7}, None),
    ({"azureml.pipelinerunid": "73947786-1972-4aa0-9464-3864ed95284a"}, None)])  # its own id
def test_pipeline_run_of_a_step_is_what_the_event_says_where_that_is_an_id(step_event, tags, expected):
    assert replace(step_event, tags=tags).pipeline_run_id == expected


@pytest.mark.parametrize("created_by, expected", [
    ("A. User", "A. User"), ({"userName": "A. User"}, "A. User"), (None, None), (5, None), ({}, None)])
def test_who_submitted_the_run_is_read_where_the_event_says_it(created_by, expected):
    event = an_event()
    event["data"]["createdBy"] = created_by
    [found] = parse(event)
    assert found.created_by == expected


def test_names_inside_data_are_found_in_any_case():
    """Microsoft's page on filters writes data.RunTags."""
    event = an_event()
    event["data"] = {name[0].upper() + name[1:]: value for name, value in event["data"].items()}
    event["data"]["RunTags"] = {"AzureML.PipelineRunId": "p1"}
    [found] = parse(event)
    assert (found.run_id, found.run_status, found.pipeline_run_id) == ("r1", "Failed", "p1")
