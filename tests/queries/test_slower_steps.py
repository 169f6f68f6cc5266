"""Steps that take longer than they used to."""
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.sample_week import percentile

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def durations(insights, *seconds, **dimensions):
    """A run of one step a day, each so long."""
    for day, length in enumerate(seconds):
        insights.run(f"run-{day}", parent=f"p-{day}", started=NOON + timedelta(days=day), seconds=length,
                     **{"step_name": "Train", **dimensions})


def test_a_step_is_compared_with_its_own_past(week, step_facts):
    runs = [fact for fact in step_facts if fact.name == "Build Features" and fact.status == "Completed"]
    usual = percentile([fact.seconds for fact in runs[:-1]], 50)
    [row] = week.ask("slower_steps")
    assert (row["experiment_name"], row["step_name"], row["run_id"]) == (
        "churn-training", "Build Features", runs[-1].id)
    assert (row["duration_seconds"], row["usual_seconds"]) == pytest.approx((runs[-1].seconds, usual), abs=0.002)
    assert row["times_slower"] == pytest.approx(runs[-1].seconds / usual, abs=0.001)
    assert row["earlier_runs"] == len(runs) - 1
    assert row["run_url"] == f"https://ml.azure.com/runs/{runs[-1].parent_id}"


@pytest.mark.parametrize("seconds, is_slower", [
    ((100, 100, 100, 160), True),
    ((100, 100, 100, 149), False),  # less than 1.5 times as long
    ((100, 100, 160), False),  # too few to know what is usual
    ((10, 10, 10, 60), False),  # less than a minute more
    ((100, 100, 100, 500, 100), False),  # slower once, not any more
    ((100, 100, 300, 300, 300, 400), False),  # more than half of its runs took that long before
    ((100, 500, 100, 100, 160), True)])  # one outlier does not move the median
def test_the_latest_run_counts_against_the_median_of_those_before(insights, seconds, is_slower):
    durations(insights, *seconds)
    assert bool(insights.ask("slower_steps")) is is_slower


def test_thresholds_can_be_set(insights):
    durations(insights, 100, 100, 130)
    assert insights.ask("slower_steps") == []
    assert len(insights.ask("slower_steps", threshold=1.2, least_runs=2, least_seconds=30)) == 1


def test_reused_and_failed_runs_are_no_measure(insights):
    durations(insights, 100, 100, 100, 300)
    later = NOON + timedelta(days=9)
    insights.run("reused", parent="p", started=later, seconds=1, step_name="Train", is_reused="true")
    insights.run("failed", parent="q", started=later, seconds=900, step_name="Train", status="Failed")
    assert [row["run_id"] for row in insights.ask("slower_steps")] == ["run-3"]


def test_pipeline_runs_are_no_steps(insights):
    for day, seconds in enumerate((100, 100, 100, 900)):
        insights.run(f"p-{day}", started=NOON + timedelta(days=day), seconds=seconds, step_name="pipeline")
    assert insights.ask("slower_steps") == []


def test_steps_of_two_experiments_have_each_their_own_past(insights):
    durations(insights, 1_000, 1_000, 1_000, experiment_name="alpha")
    later = NOON + timedelta(days=9)
    insights.run("first", parent="p", started=later, seconds=9_000, step_name="Train", experiment_name="beta")
    assert insights.ask("slower_steps") == []


def test_the_past_is_longer_than_the_time_asked_for(insights):
    durations(insights, 100, 100, 100, 200)
    assert len(insights.ask("slower_steps", since=NOON + timedelta(days=3))) == 1
    assert insights.ask("slower_steps", since=NOON + timedelta(days=4)) == []
    assert insights.ask("slower_steps", until=NOON + timedelta(days=3)) == []
