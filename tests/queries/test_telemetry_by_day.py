"""How many records each day brought, and how fresh they were."""
from collections import Counter
from datetime import UTC, datetime

import pytest

from devops_pipelines.smoke_events import EVENT_PREFIX
from dashboard.sample_records import LAG

DAY = datetime(2022, 10, 6, tzinfo=UTC)


def test_records_are_counted_by_the_day_on_which_they_were_sent(week, facts):
    days = Counter(fact.ended.date() for fact in facts)
    rows = week.ask("telemetry_by_day")
    assert [(row["day"].date(), row["records"], row["invalid_events"]) for row in rows] == [
        (day, count, 0) for day, count in sorted(days.items())]
    assert {round(row["lag_p95_seconds"], 3) for row in rows} == {LAG.total_seconds()}


def test_invalid_events_are_counted_apart_and_repeats_once(insights):
    insights.record(minutes=1, event_id="e", event_time="2022-10-06T00:00:00Z")
    insights.record(minutes=2_000, event_id="e", event_time="2022-10-06T00:00:00Z")
    insights.record(type="invalid_event", run_id=None, event_id="bad")
    [row] = insights.ask("telemetry_by_day")
    assert (row["day"], row["records"], row["invalid_events"]) == (DAY, 1, 1)
    assert row["lag_max_seconds"] == pytest.approx(60)


def test_times_choose_records(insights):
    insights.record(event_id="e")
    assert insights.ask("telemetry_by_day", until=DAY) == []
    assert len(insights.ask("telemetry_by_day", since=DAY)) == 1


def test_the_events_of_smoke_tests_are_left_out(insights):
    insights.record(event_id="e")
    insights.record(minutes=1, event_id=f"{EVENT_PREFIX}1")
    insights.record(minutes=1, event_id=f"{EVENT_PREFIX}2", type="invalid_event", run_id=None)
    [row] = insights.ask("telemetry_by_day")
    assert (row["records"], row["invalid_events"]) == (1, 0)
