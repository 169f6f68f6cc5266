"""Events that could not be recorded."""
import json
from datetime import UTC, datetime, timedelta

from azure_access.workspaces import WorkspaceId
from devops_pipelines.smoke_events import EVENT_PREFIX
from dashboard.sample_records import SentRecord
from PipelineRunMonitor.events.parsing import RUN_COMPLETED, parse
from PipelineRunMonitor.records.record import invalid_event, refused_record

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)
MONITORED = [WorkspaceId("38e0c6f9", "sample", "sample-ws")]


def reject(insights, text, minutes=0):
    """Records a malformed event as the function does."""
    [event] = parse(text, MONITORED)
    insights.record_all([SentRecord(NOON + timedelta(minutes=minutes), invalid_event(event))])


def test_an_event_is_shown_with_the_reason_and_its_text(insights):
    text = json.dumps({"id": "e", "eventType": RUN_COMPLETED, "subject": "none"})
    reject(insights, text)
    [row] = insights.ask("invalid_events")
    assert (row["record_time"], row["event_id"], row["event_text"]) == (NOON, "e", text)
    assert row["reason"] == "no run id in data.runId"


def test_an_event_without_an_id_is_one_row_however_often_it_came(insights):
    reject(insights, "no event", minutes=1)
    reject(insights, "no event", minutes=5)
    reject(insights, "neither", minutes=3)
    assert [(row["record_time"].minute, row["event_text"]) for row in insights.ask("invalid_events")] == [
        (3, "neither"), (1, "no event")]


def test_a_record_that_was_refused_names_its_run(insights, sample_records):
    refused = refused_record(sample_records[0].record, "too long")
    insights.record_all([SentRecord(NOON, refused)])
    [row] = insights.ask("invalid_events")
    assert row["reason"] == "refused by Application Insights: too long"
    assert row["run_id"] == sample_records[0].record.dimensions["run_id"]
    assert row["experiment_name"] == sample_records[0].record.dimensions["experiment_name"]


def test_recorded_runs_are_left_out_and_times_choose(insights, week):
    assert week.ask("invalid_events") == []
    reject(insights, "no event")
    assert len(insights.ask("invalid_events", since=NOON)) == 1
    assert insights.ask("invalid_events", until=NOON) == []


def test_the_event_of_a_smoke_test_is_left_out(insights):
    reject(insights, json.dumps({"id": f"{EVENT_PREFIX}1", "eventType": RUN_COMPLETED}))
    assert insights.ask("invalid_events") == []
