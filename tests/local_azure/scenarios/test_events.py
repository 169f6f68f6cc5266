from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from local_azure.scenarios.events import ended_events, published_at
from local_azure.scenarios.loading import load

PIPELINE_RUN_ID = "9ba5c47b-6a01-481d-a364-0f950b4f7206"
STEP_RUN_ID = "73947786-1972-4aa0-9464-3864ed95284a"


@pytest.fixture(scope="module")
def events(workspace):
    return ended_events(workspace)


@pytest.fixture(scope="module")
def runs(workspace):
    return {run.id: run for run in workspace.runs}


def test_every_run_that_ended_has_one_event(events, runs):
    ended = [run_id for run_id, run in runs.items() if run.record["status"] != "Running"]
    assert sorted(event["data"]["runId"] for event in events) == sorted(ended)


def test_event_ids_are_unique_and_the_same_every_time(events):
    ids = [event["id"] for event in events]
    assert len(set(ids)) == len(ids)
    assert ids == [event["id"] for event in ended_events(load(datetime(2031, 7, 7, tzinfo=UTC)))]


def test_events_come_in_the_order_of_their_times_shortly_after_the_end(events, runs):
    times = [datetime.fromisoformat(event["eventTime"]) for event in events]
    assert times == sorted(times)
    for event, time in zip(events, times):
        assert timedelta(seconds=1) <= time - runs[event["data"]["runId"]].end_time <= timedelta(seconds=2)


def test_completed_run_gives_run_completed_and_any_other_end_its_status(events, runs):
    for event in events:
        status = runs[event["data"]["runId"]].record["status"]
        kind = event["eventType"].removeprefix("Microsoft.MachineLearningServices.")
        expected = ("RunCompleted", None) if status == "Completed" else ("RunStatusChanged", status)
        assert (kind, event["data"].get("runStatus")) == expected


def test_event_of_a_step_names_its_pipeline_run(events, workspace):
    event = next(event for event in events if event["data"]["runId"] == STEP_RUN_ID)
    assert event["topic"] == workspace.arm_id
    assert event["subject"] == f"experiments/eea3758a-4a75-42a7-b215-32739323a0a7/runs/{STEP_RUN_ID}"
    assert event["data"]["experimentName"] == "flight-delay"
    assert event["data"]["runTags"]["azureml.pipelinerunid"] == PIPELINE_RUN_ID
    assert event["data"]["runProperties"]["azureml.moduleName"] == "Prepare Data"
    assert (event["dataVersion"], event["metadataVersion"]) == ("", "1")


def test_run_that_has_not_ended_has_no_event(workspace):
    first, *_ = workspace.runs
    running = replace(first, record={**first.record, "status": "Running", "endTimeUtc": None})
    assert ended_events(replace(workspace, runs=(running,))) == []


def test_events_that_are_published_now_are_those_of_the_runs_with_another_time(events):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    published = published_at(events, now)
    assert {event["eventTime"] for event in published} == {"2026-01-01T00:00:00.000000Z"}
    assert [{**event, "eventTime": own["eventTime"]} for event, own in zip(published, events)] == events
