"""Pipeline runs in progress for much longer than usual."""
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def history(insights, *seconds):
    """Completed pipeline runs that took so long, one a day before the one in question."""
    for day, length in enumerate(seconds, start=1):
        insights.run(f"run-{day}", started=NOON - timedelta(days=day), seconds=length)


def stuck(insights, after_seconds, **lets):
    return [row["run_id"] for row in insights.ask("stuck_runs", at=NOON + timedelta(seconds=after_seconds), **lets)]


def test_one_run_is_stuck_and_one_in_its_usual_time(week, facts, pipeline_facts, now):
    [row] = week.ask("stuck_runs", at=now)
    usual = max((fact.ended - fact.created).total_seconds() for fact in pipeline_facts
                if fact.experiment == "fraud-scoring")
    begun = next(fact for fact in facts if fact.parent_id == row["run_id"]).created
    assert row["experiment_name"] == "fraud-scoring"
    assert (row["usual_p95_seconds"], row["running_seconds"]) == pytest.approx(
        (usual, (now - begun).total_seconds()), abs=0.002)


def test_a_run_is_stuck_once_it_took_longer_than_the_95th_percentile_times_the_factor(insights):
    history(insights, 100, 100, 200)
    insights.run("step", parent="p", started=NOON, seconds=10)
    assert stuck(insights, 400, least_seconds=0) == []
    assert stuck(insights, 401, least_seconds=0) == ["p"]
    assert stuck(insights, 301, factor=1.5, least_seconds=0) == ["p"]
    assert stuck(insights, 299, factor=1.5, least_seconds=0) == []


def test_a_run_is_not_stuck_for_some_minutes_more_than_usual(insights):
    history(insights, 100, 100, 100)
    insights.run("step", parent="p", started=NOON, seconds=10)
    assert stuck(insights, 699) == []
    assert stuck(insights, 700) == ["p"]


@pytest.mark.parametrize("final", ["Completed", "Failed", "Canceled", "NotResponding"])
def test_a_run_known_from_a_record_of_its_own_can_be_stuck(insights, final):
    history(insights, 100, 100, 100)
    insights.run("p", started=NOON, status="Running")
    [row] = insights.ask("stuck_runs", at=NOON + timedelta(hours=1))
    assert (row["run_id"], row["last_step_end_time"]) == ("p", None)
    insights.run("p", started=NOON, seconds=3_000, status=final)
    assert stuck(insights, 3_600) == []


def test_without_enough_completed_runs_nothing_is_known_to_be_stuck(insights):
    history(insights, 100, 100)
    insights.run("failed", started=NOON - timedelta(days=3), seconds=1, status="Failed")
    insights.run("step", parent="p", started=NOON, seconds=10)
    assert stuck(insights, 3_600) == []
    assert stuck(insights, 3_600, least_runs=2) == ["p"]


def test_another_experiments_runs_are_no_measure(insights):
    history(insights, 100, 100, 100)
    insights.run("step", parent="p", started=NOON, seconds=10, experiment_name="another")
    assert stuck(insights, 3_600) == []


def test_a_run_that_began_before_the_history_is_given_up(insights):
    history(insights, 100, 100, 100)
    insights.run("step", parent="p", started=NOON, seconds=10)
    assert stuck(insights, 3_600, history=timedelta(hours=80)) == ["p"]
    assert stuck(insights, 3_600, history=timedelta(minutes=50)) == []
