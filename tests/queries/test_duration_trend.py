"""How long completed pipeline runs took, by experiment and time."""
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.sample_week import percentile

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_durations_are_those_of_the_completed_runs_of_an_experiment_and_day(week, pipeline_facts):
    seconds = defaultdict(list)
    for fact in pipeline_facts:
        if fact.status == "Completed":
            seconds[fact.ended.date(), fact.experiment].append(fact.seconds)
    rows = week.ask("duration_trend")
    assert [(row["bin_start"].date(), row["experiment_name"]) for row in rows] == sorted(seconds)
    for row, (_, expected) in zip(rows, sorted(seconds.items())):
        assert row["runs"] == len(expected)
        assert row["p50_seconds"] == pytest.approx(percentile(expected, 50), abs=0.002)
        assert row["p95_seconds"] == pytest.approx(percentile(expected, 95), abs=0.002)


def test_steps_and_runs_that_did_not_complete_are_left_out(insights):
    insights.run("p", started=NOON, seconds=60)
    insights.run("failed", started=NOON, seconds=2, status="Failed")
    insights.run("step", parent="p", started=NOON, seconds=50)
    assert [(row["runs"], row["p50_seconds"]) for row in insights.ask("duration_trend")] == [(1, 60)]


def test_bins_and_times_can_be_chosen(insights):
    for hour in range(4):
        insights.run(f"run-{hour}", started=NOON + timedelta(hours=hour), seconds=60 + hour)
    hourly = insights.ask("duration_trend", bin_size=timedelta(hours=1), since=NOON + timedelta(hours=2))
    assert [(row["bin_start"].hour, row["p50_seconds"]) for row in hourly] == [(14, 62), (15, 63)]
    assert insights.ask("duration_trend", until=NOON) == []
