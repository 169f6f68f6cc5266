"""Loose events and runs become stories by the trees that their runs belong to."""
from datetime import UTC, datetime

import pytest

from local_azure.stories.assembling import assemble
from local_azure.stories.reading import Piece

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOPIC = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"


def event(run_id, time="2024-01-01T00:00:00Z", **data):
    body = {"id": f"event of {run_id}", "eventType": "Microsoft.MachineLearningServices.RunCompleted",
            "eventTime": time, "data": {"runId": run_id, **data}}
    return Piece("event.json", body, is_event=True)


def run(run_id, source="run.json", **fields):
    return Piece(source, {"runId": run_id, "experimentId": "e", "status": "Completed", **fields}, is_event=False)


def stories(*pieces, experiment=None):
    return assemble(pieces, TOPIC, experiment, NOW)


def played(story):
    """Of each step the runs that are put and the run that the event tells of."""
    return [(sorted(step.runs), step.event["data"].get("runId")) for step in story.steps]


def test_a_run_without_an_event_gets_the_one_that_azure_would_have_sent():
    body = {"tags": {"a": "b"}, "properties": None, "runType": None, "endTimeUtc": "2024-01-01T00:00:00Z",
            "experimentName": "churn"}
    [story] = stories(run("a", **body))
    [step] = story.steps
    assert step.runs == {"a": run("a", **body).body}
    sent = dict(step.event)
    assert (sent["topic"], sent["eventType"].rpartition(".")[2], sent["eventTime"]) == (
        TOPIC, "RunCompleted", "2024-01-01T00:00:00Z")
    assert sent["data"] == {"runId": "a", "experimentId": "e", "experimentName": "churn", "runType": None,
                            "runTags": {"a": "b"}, "runProperties": None}


@pytest.mark.parametrize("status", ["Failed", "Running", None])
def test_a_run_that_did_not_complete_changed_its_status(status):
    [story] = stories(run("a", status=status))
    assert story.steps[0].event["eventType"].endswith(".RunStatusChanged")
    assert story.steps[0].event["data"]["runStatus"] == status


@pytest.mark.parametrize(("times", "time"), [
    ({"startTimeUtc": "S", "createdUtc": "C"}, "S"), ({"endTimeUtc": None, "createdUtc": "C"}, "C"),
    ({"createdTimeUtc": "T"}, "T"), ({"endTimeUtc": 5}, "2026-03-01T12:00:00.000000Z")])
def test_its_event_has_the_latest_time_that_the_run_tells(times, time):
    assert stories(run("a", **times))[0].steps[0].event["eventTime"] == time


def test_an_event_without_a_run_gets_a_run_that_says_what_the_event_says():
    data = {"experimentId": "e", "experimentName": "churn", "runType": "azureml.StepRun", "runStatus": "Failed",
            "runTags": {"azureml.pipelinerunid": "p"}, "runProperties": {"azureml.rootpipelinerunid": "r"}}
    [story] = stories(event("a", **data))
    assert [(each.id, each.name) for each in story.experiments] == [("e", "churn")]
    [step] = story.steps
    assert step.event == event("a", **data).body
    assert step.runs == {"a": {
        "runId": "a", "rootRunId": "r", "parentRunId": "p", "experimentId": "e", "runType": "azureml.StepRun",
        "status": "Failed", "tags": data["runTags"], "properties": data["runProperties"]}}


@pytest.mark.parametrize("data", [{}, {"runTags": {"azureml.pipelinerunid": "a"}}, {"runTags": "odd"}])
def test_a_run_that_an_event_gives_no_parent_has_none(data):
    found = stories(event("a", **data))[0].steps[0].runs["a"]
    assert (found["rootRunId"], found["parentRunId"], found["status"]) == ("a", None, "Completed")


@pytest.mark.parametrize("body", [{"eventType": "x"}, {"eventType": "x", "data": None}, {"eventType": "x", "data": {
    "runId": 5}}])
def test_an_event_that_names_no_run_is_published_without_one(body):
    [story] = stories(Piece("event.json", body, is_event=True))
    assert [(step.runs, step.event) for step in story.steps] == [({}, body)]


def test_an_event_and_its_run_are_one_step():
    [story] = stories(event("a"), run("a"))
    assert played(story) == [(["a"], "a")]
    assert story.steps[0].runs["a"] == run("a").body
    assert story.source == "event.json, run.json"


def test_runs_of_one_tree_are_one_story_and_their_events_come_in_the_order_of_time():
    root = run("root", endTimeUtc="2024-01-01T00:00:09Z")
    child = run("child", parentRunId="root", rootRunId="root", endTimeUtc="2024-01-01T00:00:05+00:00")
    grandchild = run("grandchild", parentRunId="child", endTimeUtc="2024-01-01T00:00:02Z")  # older JSON has no root
    told = event("step", "2024-01-01T00:00:01Z", runTags={"azureml.pipelinerunid": "child"})
    everyone = ["child", "grandchild", "root"]
    [story] = stories(root, child, grandchild, told)
    assert played(story) == [([*everyone, "step"], "step"), (everyone, "grandchild"), (everyone, "child"),
                             (everyone, "root")]


def test_runs_of_different_trees_are_different_stories():
    assert [played(story) for story in stories(run("a"), run("b"), event("c"))] == [
        [(["a"], "a")], [(["b"], "b")], [(["c"], "c")]]


def test_runs_that_name_each_other_as_parents_are_played_too():
    found = stories(run("a", parentRunId="b"), run("b", parentRunId="a"))
    assert sorted(run_id for story in found for _, run_id in played(story)) == ["a", "b"]


@pytest.mark.parametrize(("fields", "experiment", "expected"), [
    ({"experimentName": "churn"}, "other", ("e", "churn")), ({}, "other", ("e", "other")), ({}, None, ("e", "e"))])
def test_an_experiment_is_called_as_its_run_or_the_user_or_else_its_id_says(fields, experiment, expected):
    [story] = stories(run("a", **fields), experiment=experiment)
    assert [(each.id, each.name) for each in story.experiments] == [expected]
    assert story.steps[0].event["data"]["experimentName"] == expected[1]


def test_an_event_names_the_experiment_of_a_run():
    [story] = stories(run("a"), event("b", experimentId="e", experimentName="churn", runTags={
        "azureml.pipelinerunid": "a"}))
    assert {step.event["data"]["experimentName"] for step in story.steps} == {"churn"}


@pytest.mark.parametrize(("experiment", "name"), [("churn", "churn"), (None, "unknown")])
def test_a_run_without_an_experiment_gets_one(experiment, name):
    [story] = stories(run("a", experimentId=None), experiment=experiment)
    [found] = story.experiments
    assert found.name == name
    assert story.steps[0].runs["a"]["experimentId"] == story.steps[0].event["data"]["experimentId"] == found.id
