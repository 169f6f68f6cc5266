import json
import logging
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from azure_access.deadline import Deadline
from PipelineRunMonitor.records.record import Record, refused_record
from PipelineRunMonitor.records.spans import Span
from PipelineRunMonitor.settings import Ingestion
from PipelineRunMonitor.stores.application_insights import ApplicationInsights
from PipelineRunMonitor.stores.opencensus_items import OpenCensusItems
from PipelineRunMonitor.stores.opentelemetry_items import OpenTelemetryItems
from PipelineRunMonitor.stores.sinks import Refusal, Sending

KEY = "11111111-2222-3333-4444-555555555555"
RECORD = Record('{"runId": "r1", "name": "Müller"}', {"type": "run_detail", "run_id": "r1"}, logging.ERROR, "9b" * 16)


@pytest.fixture(params=[OpenCensusItems, OpenTelemetryItems])
def open_telemetry(request, service):
    """Opens the sink with either library: what arrives is the same."""
    def begin(sends_spans):
        ingestion = Ingestion(KEY, f"http://127.0.0.1:{service.server_port}")
        return ApplicationInsights(ingestion, request.param(ingestion), sends_spans=sends_spans)
    return begin


@pytest.fixture
def telemetry(open_telemetry):
    return open_telemetry(sends_spans=True)


def span(**changes):
    return Span(**{
        "id": "aaaaaaaaaaaaaaaa", "parent_id": "bbbbbbbbbbbbbbbb", "name": "Prepare Data", "pipeline": "flight-delay",
        "start_ms": int(time.time() * 1_000) - 3_600_000, "duration_ms": 215_240, "is_success": False,
        "result_code": "Failed", "target": "cpu", "url": "https://ml.azure.com/runs/r1",
        "properties": {"cicd.pipeline.name": "flight-delay"}, **changes})


def data_of(item):
    """Without what is empty, and what only one of the libraries adds to its own classes."""
    return {name: value for name, value in item["data"]["baseData"].items()
            if name not in ("kind", "measurements") and value is not None}


def items_of(service):
    [(_, items)] = service.requests
    return items


def test_records_are_delivered_when_send_returns_in_one_post(service, telemetry):
    assert telemetry.send([RECORD, RECORD], Deadline(5)) == Sending([], [], "")
    [(path, items)] = service.requests
    assert path == "/v2.1/track"
    assert len(items) == 2
    item = items[0]
    assert item["iKey"] == KEY
    assert item["name"] == "Microsoft.ApplicationInsights.Message"
    assert item["tags"]["ai.operation.id"] == "9b" * 16
    assert item["tags"]["ai.cloud.role"] == "PipelineRunMonitor"
    assert item["data"]["baseType"] == "MessageData"
    assert data_of(item) == {
        "ver": 2, "message": RECORD.message, "severityLevel": 3, "properties": {"type": "run_detail", "run_id": "r1"}}


def test_no_record_is_no_request(service, telemetry):
    assert telemetry.send([], Deadline(5)) == Sending()
    assert service.requests == []


def test_refused_record_comes_back_with_the_reason(service, telemetry):
    service.answers.append((206, json.dumps({"itemsReceived": 2, "itemsAccepted": 1, "errors": [
        {"index": 1, "statusCode": 400, "message": "100: too long"}]})))
    other = replace(RECORD, operation_id="aa" * 16)
    assert telemetry.send([RECORD, other], Deadline(5)) == Sending([Refusal(other, "100: too long")], [], "")
    assert len(service.requests) == 1


@pytest.mark.parametrize("message", ["bad \ud800 text", "\udfff" * 2_000, "\0 \ud83d"])
def test_reason_that_quotes_half_a_character_becomes_a_note_all_the_same(service, telemetry, message):
    service.answers.append((206, json.dumps({"itemsReceived": 1, "itemsAccepted": 0, "errors": [
        {"index": 0, "statusCode": 400, "message": message}]})))
    [refusal] = telemetry.send([RECORD], Deadline(5)).refusals
    note = refused_record(replace(RECORD, dimensions={**RECORD.dimensions, "event_id": "e1"}), refusal.reason)
    assert note.dimensions["reason"].encode()  # fails for what UTF-8 cannot carry
    assert telemetry.send([note], Deadline(5)) == Sending([], [], "")


def test_time_of_an_item_is_that_of_sending(service, telemetry):
    telemetry.send([RECORD], Deadline(5))
    [(_, [item])] = service.requests
    age = datetime.now(timezone.utc) - datetime.fromisoformat(item["time"])
    assert abs(age) < timedelta(minutes=1)


def test_dimension_of_any_name_and_length_arrives_whole(service, telemetry):
    dimensions = {"exception.message": "e", "microsoft.x": "m", "http.url": "u", "long": "x" * 8_192, "empty": ""}
    telemetry.send([replace(RECORD, message="  spaces \n", dimensions=dimensions)], Deadline(5))
    [item] = items_of(service)
    assert (data_of(item)["properties"], data_of(item)["message"]) == (dimensions, "  spaces \n")


def test_record_that_was_not_sent_comes_back_with_the_problem_and_without_secrets(service, telemetry):
    other = replace(RECORD, operation_id="aa" * 16)
    service.answers.append((206, json.dumps({"itemsReceived": 2, "itemsAccepted": 1, "errors": [
        {"index": 0, "statusCode": 439, "message": "quota, password=hunter2"}]})))
    sending = telemetry.send([other, RECORD], Deadline(5))
    assert sending.unsent == [other]
    assert "daily cap" in sending.problem and "hunter2" not in sending.problem


def test_span_of_a_step_is_a_dependency_in_the_same_post(service, telemetry):
    step = span()
    telemetry.send([RECORD, replace(RECORD, span=step)], Deadline(5))
    _, trace, dependency = items_of(service)
    assert trace["tags"]["ai.operation.parentId"] == step.id
    assert (dependency["name"], dependency["data"]["baseType"]) == (
        "Microsoft.ApplicationInsights.RemoteDependency", "RemoteDependencyData")
    assert (dependency["iKey"], dependency["tags"]["ai.operation.id"]) == (KEY, RECORD.operation_id)
    assert (dependency["tags"]["ai.operation.parentId"], dependency["tags"]["ai.operation.name"]) == (
        step.parent_id, "flight-delay")
    assert data_of(dependency) == {
        "ver": 2, "id": step.id, "name": "Prepare Data", "resultCode": "Failed", "success": False, "target": "cpu",
        "type": "Azure ML step", "duration": "0.00:03:35.240", "properties": {"cicd.pipeline.name": "flight-delay"}}
    assert datetime.fromisoformat(dependency["time"]).timestamp() == pytest.approx(step.start_ms / 1_000, abs=0.01)


def test_span_of_a_pipeline_run_is_a_request_without_a_parent(service, telemetry):
    telemetry.send([replace(RECORD, span=span(parent_id=None, is_success=True, result_code="Completed"))], Deadline(5))
    _, request = items_of(service)
    assert (request["name"], request["data"]["baseType"]) == ("Microsoft.ApplicationInsights.Request", "RequestData")
    assert "ai.operation.parentId" not in request["tags"]
    data = request["data"]["baseData"]
    assert (data["responseCode"], data["success"], data["url"]) == ("Completed", True, "https://ml.azure.com/runs/r1")


@pytest.mark.parametrize("age_hours, shown_hours", [(100, 47), (46, 46), (-1, 0)])
def test_span_s_time_is_one_that_the_service_takes(service, telemetry, age_hours, shown_hours):
    start_ms = int((time.time() - age_hours * 3_600) * 1_000)
    telemetry.send([replace(RECORD, span=span(start_ms=start_ms))], Deadline(5))
    age = datetime.now(timezone.utc) - datetime.fromisoformat(items_of(service)[1]["time"])
    assert abs(age - timedelta(hours=shown_hours)) < timedelta(minutes=1)


def test_longest_span_is_written_as_the_service_takes_it(service, telemetry):
    telemetry.send([replace(RECORD, span=span(duration_ms=86_399_999_999))], Deadline(5))
    assert items_of(service)[1]["data"]["baseData"]["duration"] == "999.23:59:59.999"


def test_spans_can_be_turned_off(service, open_telemetry):
    open_telemetry(sends_spans=False).send([replace(RECORD, span=span())], Deadline(5))
    assert [item["data"]["baseType"] for item in items_of(service)] == ["MessageData"]


def test_refused_span_is_logged_and_its_record_stays(service, telemetry, caplog):
    service.answers.append((206, json.dumps({"itemsReceived": 2, "itemsAccepted": 1, "errors": [
        {"index": 1, "statusCode": 400, "message": "too long"}]})))
    assert telemetry.send([replace(RECORD, span=span())], Deadline(5)) == Sending([], [], "")
    assert "refused the span of run r1: too long" in caplog.text


def test_record_whose_span_was_not_sent_counts_as_unsent(service, telemetry):
    record = replace(RECORD, span=span())
    service.answers.append((206, json.dumps({"itemsReceived": 3, "itemsAccepted": 2, "errors": [
        {"index": 2, "statusCode": 439, "message": "quota"}]})))
    assert telemetry.send([RECORD, record], Deadline(5)).unsent == [record]
