"""Who watches the monitor: its records, and the calls of its function as the Functions host writes them."""
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.conftest import KEY

NOON = datetime(2022, 10, 6, 12, tzinfo=UTC)


def health(insights, minutes=60, **lets):
    return insights.ask("monitor_health", at=NOON + timedelta(minutes=minutes), **lets)


@pytest.fixture
def call(insights):
    """A call of the function so many minutes after noon."""
    def send(minutes, *, success=True, name="PipelineRunMonitor", sample_rate=100, app="monitor"):
        insights.send_items([{
            "iKey": KEY, "name": "Microsoft.ApplicationInsights.Request", "sampleRate": sample_rate,
            "tags": {"ai.cloud.role": app},
            "time": (NOON + timedelta(minutes=minutes)).isoformat(), "data": {"baseType": "RequestData", "baseData": {
                "id": f"call-{minutes}", "name": name, "duration": "00:00:00.250", "success": success,
                "responseCode": "0", "properties": {"Category": "Host.Results", "InvocationId": f"call-{minutes}"}}}}])
    return send


@pytest.fixture
def record(insights):
    """The record of an event of noon, sent so many minutes later."""
    def send(minutes, **dimensions):
        insights.send(NOON + timedelta(minutes=minutes), {
            "type": "run_detail", "event_id": f"event-{minutes}", "event_time": NOON.isoformat(), **dimensions})
    return send


def test_records_and_calls_stand_beside_each_other(record, call, insights):
    record(1)
    record(2, type="invalid_event")
    call(1)
    call(2, success=False)
    call(3, name="Reconcile")
    [row] = health(insights, 10)
    assert row == {
        "problem": "", "records": 1, "invalid_events": 1, "last_record_time": NOON + timedelta(minutes=2),
        "age_seconds": 480, "lag_p50_seconds": 60, "lag_p95_seconds": 120, "late_records": 0,
        "calls": 2, "failed_calls": 1,
        "last_call_time": NOON + timedelta(minutes=2), "last_good_call_time": NOON + timedelta(minutes=1)}


def test_a_call_that_sampling_left_counts_for_those_that_it_took(call, insights):
    call(1, success=False, sample_rate=25)
    call(2, sample_rate=50)
    [row] = health(insights, 10)
    assert (row["calls"], row["failed_calls"]) == (6, 4)


def test_failures_before_a_call_that_succeeded_are_no_problem(call, insights):
    for minutes, success in ((1, False), (2, False), (3, True), (4, False)):
        call(minutes, success=success)
    assert [row["problem"] for row in health(insights, 5)] == [""]


def test_calls_that_fail_are_a_problem_until_one_succeeds(call, insights):
    for minutes in (1, 2, 3):
        call(minutes, success=False)
    assert [row["problem"] for row in health(insights, 2.5)] == [""]
    assert [row["problem"] for row in health(insights, 4, problems_only=True)] == ["calls fail"]
    call(5)
    assert health(insights, 6, problems_only=True) == []


def test_that_one_function_app_works_does_not_mend_another(call, insights):
    for minutes in range(1, 10):
        call(minutes, success=minutes % 3 == 0, app="east" if minutes % 3 == 0 else "west")
    [row] = health(insights, 10)
    assert (row["problem"], row["calls"], row["failed_calls"]) == ("calls fail", 9, 6)
    call(11, app="west")
    assert [row["problem"] for row in health(insights, 12)] == [""]


def test_records_that_are_late_are_a_problem_but_not_those_made_up_for(record, insights):
    for number in range(3):
        record(20, source="reconcile", event_id=f"made up for {number}")
    assert [row["problem"] for row in health(insights)] == [""]
    for number in range(3):
        record(20, source="event", event_id=f"late {number}")
    assert [row["problem"] for row in health(insights)] == ["records are late"]
    assert health(insights, 390, problems_only=True) == []


@pytest.mark.parametrize("in_time, late, problem", [
    (0, 1, ""), (2, 2, ""), (0, 3, "records are late"), (2, 3, "records are late"), (95, 4, ""),
    (94, 6, "records are late")])
def test_a_few_late_records_are_no_problem_be_they_of_few_or_of_many(record, insights, in_time, late, problem):
    for number in range(in_time):
        record(1, event_id=f"in time {number}")
    for number in range(late):
        record(20, event_id=f"late {number}")
    [row] = health(insights)
    assert (row["problem"], row["late_records"]) == (problem, late)


def test_the_sample_week_has_no_problem(week, now):
    [row] = week.ask("monitor_health", at=now, recent=timedelta(days=1))
    assert (row["problem"], row["calls"], row["last_call_time"]) == ("", 0, None)
    assert row["records"] > 20 and row["lag_p95_seconds"] == pytest.approx(4)
