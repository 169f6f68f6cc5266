import json
import logging
import re
from dataclasses import replace

import pytest

from PipelineRunMonitor.events.parsing import InvalidEvent
from PipelineRunMonitor.records import texts
from PipelineRunMonitor.records.record import LIMIT_BYTES, invalid_event, operation_id, refused_record, run_detail
from PipelineRunMonitor.runs.snapshots import FailedSteps, RunSummary


def test_record_of_a_run_is_its_details_without_signatures(step_event, step_snapshot):
    record = run_detail(step_event, step_snapshot)
    assert json.loads(record.message)["startTimeUtc"] == "2022-10-05T18:03:07.340605Z"
    assert "user_logs/std_log.txt?[redacted]" in record.message
    assert "sig=" not in record.message + str(record.dimensions)


def test_names_of_long_branches_are_told_without_their_secrets(step_event, step_snapshot):
    name = "https://example.com/?sig=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG%3D"
    details = {**step_snapshot.details, name: ["x" * 1_000] * 1_000}
    found = json.loads(run_detail(step_event, replace(step_snapshot, details=details)).message)
    assert "[redacted]" in found["_omitted"][0] and "abcdefghij" not in str(found)
    assert found["runDefinition"]


@pytest.mark.parametrize("status, severity", [("Completed", logging.INFO), ("Failed", logging.ERROR),
                                              ("Canceled", logging.WARNING), ("NotResponding", logging.WARNING)])
def test_severity_follows_the_status(step_event, step_snapshot, status, severity):
    snapshot = replace(step_snapshot, run=replace(step_snapshot.run, status=status))
    assert run_detail(replace(step_event, run_status=status), snapshot).severity == severity


def test_completed_pipeline_run_with_a_failed_step_is_a_warning(step_event, pipeline_snapshot):
    failed = FailedSteps(1, RunSummary("s1", name="Train"), {"error": {"code": "UserError", "message": "no"}})
    run = replace(pipeline_snapshot.run, status="Completed")
    record = run_detail(step_event, replace(pipeline_snapshot, run=run, failed_steps=failed))
    assert (record.severity, record.dimensions["failed_step_name"]) == (logging.WARNING, "Train")


def test_record_of_a_run_carries_its_span(step_event, step_snapshot):
    secret = "https://ml.azure.com/runs/r?sig=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG%3D"
    run = replace(step_snapshot.run, portal_url=secret)
    span = run_detail(step_event, replace(step_snapshot, run=run)).span
    assert span.name == "Prepare Data"
    assert "abcdefghij" not in str(span)


def test_runs_of_one_pipeline_run_are_one_operation(step_event, step_snapshot, pipeline_snapshot):
    found = {run_detail(step_event, snapshot).operation_id for snapshot in (step_snapshot, pipeline_snapshot)}
    assert found == {"9ba5c47b6a01481da3640f950b4f7206"}


def test_operation_of_a_run_whose_id_is_no_guid_is_a_hash():
    first, second = (operation_id(f"flight-delay_1664992981_{suffix}") for suffix in "ab")
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first == operation_id("flight-delay_1664992981_a") != second


@pytest.mark.parametrize("reason", ["\ud800", "\udfff" * 5_000, "no\0"])
def test_note_of_a_refused_record_can_be_sent_whatever_the_reason_says(step_event, step_snapshot, reason):
    note = refused_record(run_detail(step_event, step_snapshot), reason)
    assert note.dimensions["reason"].startswith("refused by Application Insights: ")
    json.dumps(dict(note.dimensions), ensure_ascii=False).encode()  # fails for what UTF-8 cannot carry


def test_record_of_an_invalid_event_has_the_reason_and_the_redacted_text():
    record = invalid_event(InvalidEvent("e1", "no run id", '{"id": "e1", "password": "hunter2"}'))
    assert record.dimensions == {
        "type": "invalid_event", "reason": "no run id", "event_id": "e1", "record_version": "2"}
    assert json.loads(record.message) == {"id": "e1", "password": "[redacted]"}
    assert record.severity == logging.WARNING


@pytest.mark.parametrize("text", ["", " \n"])
def test_record_of_nothing_has_a_message_all_the_same(text):
    assert invalid_event(InvalidEvent(None, "empty body", text)).message == "(empty)"


@pytest.mark.parametrize("filling", ["x", "ü", "😀", "\x01", "\ud800", '"'])
def test_item_of_any_content_fits_into_64_kilobytes(step_event, step_snapshot, filling):
    details = {**step_snapshot.details, "properties": {str(i): filling * 5_000 for i in range(20)},
               "error": {"error": {"code": filling * 50_000, "message": filling * 50_000}}}
    snapshot = replace(step_snapshot, details=details, submitted_by=filling * 9_000, tags={"t": filling * 9_000})
    for record in (run_detail(step_event, snapshot),
                   invalid_event(InvalidEvent("e" * 100_000, filling * 9_000, filling * 2_000_000))):
        assert texts.count_units(record.message) <= 32_768
        assert all(texts.count_units(value) <= 8_192 for value in record.dimensions.values())
        item = json.dumps([record.message, dict(record.dimensions)], ensure_ascii=False).encode()
        assert len(item) <= LIMIT_BYTES
