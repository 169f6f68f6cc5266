"""Pipeline runs by experiment: how many succeeded, and how long those took."""
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.sample_week import percentile

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_runs_rates_and_durations_are_those_of_the_pipeline_runs(week, pipeline_facts):
    rows = {row["experiment_name"]: row for row in week.ask("success_rate_by_experiment")}
    assert set(rows) == {fact.experiment for fact in pipeline_facts}
    for experiment, row in rows.items():
        runs = [fact for fact in pipeline_facts if fact.experiment == experiment]
        succeeded = [fact for fact in runs if fact.status == "Completed"]
        failed = [fact for fact in runs if fact.status in ("Failed", "NotResponding")]
        seconds = [fact.seconds for fact in succeeded]
        assert (row["runs"], row["succeeded"], row["failed"]) == (len(runs), len(succeeded), len(failed))
        assert row["canceled"] == len(runs) - len(succeeded) - len(failed)
        assert row["success_rate"] == pytest.approx(len(succeeded) / (len(succeeded) + len(failed)))
        assert row["p50_seconds"] == pytest.approx(percentile(seconds, 50), abs=0.002)
        assert row["p95_seconds"] == pytest.approx(percentile(seconds, 95), abs=0.002)


def test_the_worst_comes_first(week):
    rates = [row["success_rate"] for row in week.ask("success_rate_by_experiment")]
    assert rates == sorted(rates) and rates[0] < rates[-1]


def test_canceled_and_running_runs_leave_the_rate_alone(insights):
    insights.run("good", started=NOON, seconds=60)
    insights.run("bad", started=NOON, seconds=10, status="NotResponding")
    insights.run("stopped", started=NOON, seconds=5, status="Canceled")
    insights.run("going", started=NOON, status="Running")
    [row] = insights.ask("success_rate_by_experiment")
    assert (row["runs"], row["succeeded"], row["failed"], row["canceled"], row["success_rate"]) == (3, 1, 1, 1, 0.5)
    assert (row["p50_seconds"], row["p95_seconds"]) == (60, 60)


def test_an_experiment_with_canceled_runs_alone_has_no_rate(insights):
    insights.run("stopped", started=NOON, seconds=5, status="Canceled")
    [row] = insights.ask("success_rate_by_experiment")
    assert (row["runs"], row["success_rate"], row["p50_seconds"]) == (1, None, None)


def test_experiments_of_two_workspaces_are_two(insights):
    insights.run("run", started=NOON, seconds=60, workspace_name="east")
    insights.run("run", started=NOON, seconds=60, workspace_name="west", status="Failed")
    rows = insights.ask("success_rate_by_experiment")
    assert [(row["workspace_name"], row["success_rate"]) for row in rows] == [("west", 0), ("east", 1)]


def test_parameters_choose_runs(insights):
    insights.run("early", started=NOON, seconds=60, submitted_by="Ada")
    insights.run("late", started=NOON + timedelta(days=1), seconds=60, submitted_by="Grace")

    def counted(**lets):
        return sum(row["runs"] for row in insights.ask("success_rate_by_experiment", **lets))
    assert (counted(), counted(submitter="Ada"), counted(experiment="none")) == (2, 1, 0)
    assert counted(since=NOON, until=NOON + timedelta(seconds=60)) == 0
    assert counted(since=NOON + timedelta(seconds=60), until=NOON + timedelta(days=1)) == 1
