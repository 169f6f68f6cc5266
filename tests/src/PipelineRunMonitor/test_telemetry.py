import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from PipelineRunMonitor.deadline import Deadline
from PipelineRunMonitor.records import Record
from PipelineRunMonitor.settings import Ingestion
from PipelineRunMonitor.telemetry import Refusal, Sending, Telemetry

KEY = "11111111-2222-3333-4444-555555555555"
RECORD = Record('{"runId": "r1", "name": "Müller"}', {"type": "run_detail", "run_id": "r1"}, logging.ERROR, "9b" * 16)


@pytest.fixture
def telemetry(service):
    return Telemetry(Ingestion(KEY, f"http://127.0.0.1:{service.server_port}"))


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
    assert item["data"]["baseData"] == {
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


def test_time_of_an_item_is_that_of_sending(service, telemetry):
    telemetry.send([RECORD], Deadline(5))
    [(_, [item])] = service.requests
    age = datetime.now(timezone.utc) - datetime.fromisoformat(item["time"])
    assert abs(age) < timedelta(minutes=1)


def test_record_that_was_not_sent_comes_back_with_the_problem_and_without_secrets(service, telemetry):
    other = replace(RECORD, operation_id="aa" * 16)
    service.answers.append((206, json.dumps({"itemsReceived": 2, "itemsAccepted": 1, "errors": [
        {"index": 0, "statusCode": 439, "message": "quota, password=hunter2"}]})))
    sending = telemetry.send([other, RECORD], Deadline(5))
    assert sending.unsent == [other]
    assert "daily cap" in sending.problem and "hunter2" not in sending.problem
