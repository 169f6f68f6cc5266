"""How fresh the records are, all in all."""
from datetime import UTC, datetime, timedelta

import pytest

from devops_pipelines.smoke_events import EVENT_PREFIX
from dashboard.sample_records import LAG

MIDNIGHT = datetime(2022, 10, 6, tzinfo=UTC)


def test_lag_is_from_the_event_to_its_record(week, facts, now):
    [row] = week.ask("telemetry_freshness", at=now)
    lag = LAG.total_seconds()
    assert (row["records"], row["invalid_events"]) == (len(facts), 0)
    assert (row["lag_p50_seconds"], row["lag_p95_seconds"], row["lag_max_seconds"]) == pytest.approx((lag,) * 3)
    assert row["age_seconds"] == pytest.approx((now - row["last_record_time"]).total_seconds())
    assert row["last_record_time"] - facts[-1].ended == pytest.approx(LAG, abs=timedelta(seconds=2))


def test_of_an_event_that_was_recorded_twice_the_first_record_counts(insights):
    insights.record(minutes=1, event_id="e", event_time="2022-10-06T00:00:00Z")
    insights.record(minutes=9, event_id="e", event_time="2022-10-06T00:00:00Z")
    insights.record(minutes=5, event_id="f", event_time="2022-10-06T00:03:00Z")
    [row] = insights.ask("telemetry_freshness", at=MIDNIGHT + timedelta(hours=1))
    assert (row["records"], row["lag_p50_seconds"], row["lag_max_seconds"]) == (2, 60, 120)
    assert row["age_seconds"] == 55 * 60


def test_invalid_events_are_counted_apart(insights):
    insights.record(event_id="e", event_time="2022-10-06T00:00:00Z")
    insights.record(minutes=3, type="invalid_event", run_id=None, event_id="bad")
    insights.record(type="something else", event_id="other")
    [row] = insights.ask("telemetry_freshness")
    assert (row["records"], row["invalid_events"], row["last_record_time"]) == (1, 1, MIDNIGHT + timedelta(minutes=3))


def test_no_records_have_no_age(insights):
    [row] = insights.ask("telemetry_freshness")
    assert (row["records"], row["invalid_events"]) == (0, 0)
    assert (row["last_record_time"], row["age_seconds"], row["lag_max_seconds"]) == (None, None, None)


def test_times_choose_records(insights):
    insights.record(event_id="e")
    assert insights.ask("telemetry_freshness", until=MIDNIGHT)[0]["records"] == 0
    assert insights.ask("telemetry_freshness", since=MIDNIGHT)[0]["records"] == 1


def test_the_events_of_smoke_tests_are_left_out(insights):
    insights.record(event_id="e")
    insights.record(minutes=1, event_id=f"{EVENT_PREFIX}1")
    insights.record(minutes=1, event_id=f"{EVENT_PREFIX}2", type="invalid_event", run_id=None)
    [row] = insights.ask("telemetry_freshness")
    assert (row["records"], row["invalid_events"]) == (1, 0)
