"""Pipeline runs by the day on which they ended."""
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.sample_week import percentile

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_runs_rates_and_durations_are_those_of_the_runs_that_ended_that_day(week, pipeline_facts):
    by_day = defaultdict(list)
    for fact in pipeline_facts:
        by_day[fact.ended.replace(hour=0, minute=0, second=0, microsecond=0)].append(fact)
    rows = week.ask("success_rate_by_day")
    assert [row["day"] for row in rows] == sorted(by_day)
    for row in rows:
        statuses = [fact.status for fact in by_day[row["day"]]]
        succeeded, canceled = statuses.count("Completed"), statuses.count("Canceled")
        failed = len(statuses) - succeeded - canceled
        seconds = [fact.seconds for fact in by_day[row["day"]] if fact.status == "Completed"]
        assert (row["runs"], row["succeeded"], row["failed"], row["canceled"]) == (
            len(statuses), succeeded, failed, canceled)
        assert row["success_rate"] == pytest.approx(succeeded / (succeeded + failed))
        assert row["p50_seconds"] == pytest.approx(percentile(seconds, 50), abs=0.002)
        assert row["p95_seconds"] == pytest.approx(percentile(seconds, 95), abs=0.002)


def test_a_run_belongs_to_the_day_on_which_it_ended(insights):
    insights.run("over-night", started=NOON, seconds=86_400)
    [row] = insights.ask("success_rate_by_day")
    assert row["day"] == datetime(2022, 10, 6, tzinfo=UTC)


def test_steps_are_left_out_and_parameters_choose_runs(insights):
    insights.run("step", parent="p", started=NOON, seconds=10)
    insights.run("p", started=NOON, seconds=60, experiment_name="alpha")
    insights.run("q", started=NOON + timedelta(days=1), seconds=60, experiment_name="beta", status="Failed")
    rates = [(row["runs"], row["success_rate"]) for row in insights.ask("success_rate_by_day")]
    assert rates == [(1, 1), (1, 0)]
    assert [row["success_rate"] for row in insights.ask("success_rate_by_day", experiment="beta")] == [0]


def test_runs_of_two_workspaces_may_share_an_id(insights):
    insights.run("a", started=NOON, seconds=60, workspace_name="east")
    insights.run("a", started=NOON, seconds=60, workspace_name="west", status="Failed")
    assert [(row["runs"], row["success_rate"]) for row in insights.ask("success_rate_by_day")] == [(2, 0.5)]
