import json
import logging
import traceback
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace

import pytest

from azure_access.errors import RetryableError, RunNotFoundError, TelemetryError, UnexpectedError
from PipelineRunMonitor.events.parsing import RUN_COMPLETED, RUN_STATUS_CHANGED
from PipelineRunMonitor.monitor import Monitor
from PipelineRunMonitor.runs.snapshots import RunSnapshot, RunSummary
from PipelineRunMonitor.settings import Settings
from PipelineRunMonitor.stores.sinks import Refusal, Sending

SETTINGS = Settings.from_environment({
    "SUBSCRIPTION_ID": "s", "RESOURCE_GROUP": "g", "WORKSPACE_NAME": "w",
    "APP_INSIGHTS_CONNECTION_STRING": "InstrumentationKey=11111111-2222-3333-4444-555555555555"})


class Runs:
    """A run history that knows every run but those it is told not to."""

    def __init__(self):
        self.unknown: set[str] = set()
        self.broken: set[str] = set()

    def read_all(self, events, make, deadline):
        """Without threads of its own: what is never read to its end would wait for them in the garbage collection."""
        for event in events:
            reading = Future()
            try:
                reading.set_result(make(event, self.read(event)))
            except Exception as exc:
                reading.set_exception(exc)
            yield reading

    def read(self, event):
        if event.run_id in self.broken:
            raise AttributeError("secret hunter2")
        if event.run_id in self.unknown:
            raise RunNotFoundError(f"run {event.run_id} not found")
        return RunSnapshot(event.workspace, RunSummary(event.run_id, status=event.run_status), None, event.run_id,
                           None, None, None, None, None)


class Sent:
    """Keeps what is sent, or fails as often as it is told to."""

    name, setting = "Application Insights", "APP_INSIGHTS_CONNECTION_STRING"

    def __init__(self):
        self.batches, self.failures = [], 0
        self.refused: set[str] = set()

    def send(self, records, deadline):
        if self.failures and records:
            self.failures -= 1
            return Sending(unsent=records, problem="the service is down")
        refused = [record for record in records if self.refused & set(record.dimensions.values())]
        accepted = [record for record in records if record not in refused]
        if accepted:
            self.batches.append(accepted)
        return Sending([Refusal(record, "100: Field 'message' is too long") for record in refused])

    @property
    def records(self):
        return [record for batch in self.batches for record in batch]

    def run_ids(self):
        return [record.dimensions.get("run_id", record.dimensions["type"]) for record in self.records]


@pytest.fixture
def runs():
    return Runs()


@pytest.fixture
def sent():
    return Sent()


@pytest.fixture
def monitor(runs, sent):
    return Monitor(SETTINGS, runs, sent)


def an_event(run_id, status="Completed", event_type=RUN_STATUS_CHANGED, event_id=None):
    return {"id": event_id or f"event of {run_id}", "eventType": event_type, "topic": SETTINGS.workspaces[0].arm_id,
            "data": {"runId": run_id, "runStatus": status}}


def handle(monitor, *found):
    monitor.handle(json.dumps(list(found)))


FORGED = "a\n2026-11-26 12:00:00 INFO forged\r\x1b[2J\x9b2J\u202eb"


@pytest.mark.parametrize("event", [
    {"id": FORGED, "eventType": "Microsoft.MachineLearningServices." + FORGED},
    an_event("r1", FORGED, event_id=FORGED), an_event("r\x9b1\x7f", "Running", event_id=FORGED),
    an_event(FORGED, event_id=FORGED), {"id": FORGED, "eventType": RUN_COMPLETED, "topic": FORGED},
    an_event("refused\x9b2J", event_id=FORGED), an_event("unknown\x9b2J", event_id=FORGED)])
def test_nothing_in_an_event_begins_a_line_of_the_log_or_is_obeyed_by_a_terminal(monitor, runs, sent, caplog, event):
    sent.refused.add("refused\x9b2J")
    runs.unknown.add("unknown\x9b2J")
    with caplog.at_level(logging.INFO):
        for _ in range(2):  # the second time it was recorded before
            with suppress(RetryableError):
                monitor.handle(json.dumps([event, an_event("unknown\x9b2J", event_id=f"more {FORGED}")]))
    assert caplog.records
    assert [text for record in caplog.records if not (text := record.getMessage()).isprintable()] == []


@pytest.mark.parametrize("status", ["Completed", "Failed", "Canceled", "NotResponding"])
def test_run_that_ended_is_recorded(monitor, sent, status):
    handle(monitor, an_event("r1", status))
    [record] = sent.records
    assert (record.dimensions["run_id"], record.dimensions["run_status"]) == ("r1", status)


def test_run_completed_needs_no_status(monitor, sent):
    event = an_event("r1", event_type=RUN_COMPLETED)
    del event["data"]["runStatus"]
    handle(monitor, event)
    assert sent.run_ids() == ["r1"]


@pytest.mark.parametrize("event", [an_event("r1", "Running"), an_event("r1", "Queued"),
                                   {"id": "m", "eventType": "Microsoft.MachineLearningServices.ModelRegistered"}])
def test_other_statuses_and_types_are_one_info_line(monitor, sent, caplog, event):
    with caplog.at_level(logging.INFO):
        handle(monitor, event)
    assert sent.records == []
    assert len(caplog.records) == 1


def test_malformed_input_is_recorded_as_such(monitor, sent):
    monitor.handle("not json")
    assert sent.run_ids() == ["invalid_event"]


def test_batch_is_sent_in_one_go(monitor, sent):
    handle(monitor, an_event("r1"), 5, an_event("r2", "Running"), an_event("r3"))
    assert len(sent.batches) == 1
    assert sent.run_ids() == ["r1", "invalid_event", "r3"]


def test_repeated_delivery_is_recorded_once(monitor, sent):
    for _ in range(3):
        handle(monitor, an_event("r1"), an_event("r1"))
    assert sent.run_ids() == ["r1"]


def test_same_event_id_of_another_run_is_no_repeat(monitor, sent):
    handle(monitor, an_event("r1", event_id="e"), an_event("r2", event_id="e"))
    assert sent.run_ids() == ["r1", "r2"]


def test_events_without_an_id_are_never_repeats(monitor, sent):
    event = an_event("r1")
    del event["id"]
    handle(monitor, event, event)
    assert sent.run_ids() == ["r1", "r1"]


def test_run_that_cannot_be_read_fails_the_delivery_and_is_recorded_by_the_next(monitor, runs, sent):
    runs.unknown.add("r2")
    with pytest.raises(RunNotFoundError, match="r2"):
        handle(monitor, an_event("r1"), an_event("r2"), an_event("r3"))
    runs.unknown.clear()
    handle(monitor, an_event("r1"), an_event("r2"), an_event("r3"))
    assert sent.run_ids() == ["r1", "r3", "r2"]


def test_records_that_were_not_sent_fail_the_delivery_and_are_sent_by_the_next(monitor, sent):
    sent.failures = 1
    with pytest.raises(TelemetryError):
        handle(monitor, an_event("r1"))
    handle(monitor, an_event("r1"))
    assert sent.run_ids() == ["r1"]


def test_record_that_the_service_refuses_for_good_leaves_a_note_and_is_not_tried_again(monitor, sent):
    sent.refused = {"run_detail"}
    handle(monitor, an_event("r1", "Failed"))
    [note] = sent.records
    assert note.dimensions == {
        "type": "invalid_event", "reason": "refused by Application Insights: 100: Field 'message' is too long",
        "record_version": "2", "event_id": "event of r1", "run_id": "r1", "run_status": "Failed"}
    handle(monitor, an_event("r1", "Failed"))
    assert len(sent.records) == 1


def test_service_that_refuses_the_note_too_fails_the_delivery(monitor, sent):
    sent.refused = {"run_detail", "invalid_event"}
    with pytest.raises(TelemetryError, match="refuses every record.*APP_INSIGHTS_CONNECTION_STRING"):
        handle(monitor, an_event("r1"))
    sent.refused = set()
    handle(monitor, an_event("r1"))
    assert sent.run_ids() == ["r1"]


def test_defect_in_one_event_does_not_keep_the_others_from_being_recorded(monitor, runs, sent):
    runs.broken.add("r2")
    with pytest.raises(UnexpectedError, match="AttributeError in read, line") as raised:
        handle(monitor, an_event("r1"), an_event("r2"), an_event("r3"))
    assert sent.run_ids() == ["r1", "r3"]
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))


def test_only_what_was_not_sent_is_sent_by_the_next_delivery(monitor, sent):
    send = sent.send

    def send_the_first(found, deadline):
        send(found[:1], deadline)
        return Sending(unsent=found[1:], problem="quota")

    sent.send = send_the_first
    with pytest.raises(TelemetryError, match="quota"):
        handle(monitor, an_event("r1"), an_event("r2"))
    sent.send = send
    handle(monitor, an_event("r1"), an_event("r2"))
    assert sent.run_ids() == ["r1", "r2"]


def test_every_failure_of_a_batch_is_told(monitor, runs, sent, caplog):
    runs.unknown.update({"r1", "r2"})
    with pytest.raises(RunNotFoundError, match="r1"):
        handle(monitor, an_event("r1"), an_event("r2"))
    assert "run r2 not found" in caplog.text


def test_error_of_a_batch_names_what_is_left_for_the_next_delivery(monitor, runs, sent):
    runs.unknown.update(f"r{n}" for n in range(1, 26))
    with pytest.raises(RunNotFoundError) as raised:
        handle(monitor, *(an_event(f"r{n}") for n in range(27)))
    assert str(raised.value) == "run r1 not found. 25 events of the delivery are left for the next: " + ", ".join(
        f"r{n}" for n in range(1, 21)) + " and 5 more"
    assert sent.run_ids() == ["r0", "r26"]


def test_event_that_is_being_recorded_is_told_without_its_text(monitor, runs):
    event = {"id": "i1", "eventType": RUN_COMPLETED, "data": {"password": "hunter2"}}

    def read_again(*_):
        handle(monitor, event)

    monitor._sink.send = read_again
    with pytest.raises(Exception) as raised:
        handle(monitor, event)
    assert "hunter2" not in str(raised.value)


def test_run_whose_status_nobody_knows_is_recorded_with_that_of_the_event(runs, sent):
    settings = replace(SETTINGS, recorded_statuses=frozenset({"Running"}))
    runs.read = lambda event: RunSnapshot(event.workspace, RunSummary(event.run_id), None, event.run_id, None, None,
                                          None, None, None)
    handle(Monitor(settings, runs, sent), an_event("r1", "Running"))
    assert sent.records[0].dimensions["run_status"] == "Running"
