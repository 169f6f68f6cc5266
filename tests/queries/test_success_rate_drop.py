"""Experiments that succeed less often than they did."""
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def outcomes(insights, day, completed, failed, **dimensions):
    """So many pipeline runs that ended on a day before noon of the fifth of October."""
    for number in range(completed + failed):
        insights.run(f"{day}-{number}", started=NOON - timedelta(days=day, minutes=number + 5), seconds=60,
                     status="Completed" if number < completed else "Failed", **dimensions)


def test_rates_of_the_last_days_are_those_of_the_pipeline_runs(week, pipeline_facts, now):
    period = timedelta(days=3, hours=12)
    at = now - timedelta(days=1)
    expected = {}
    for experiment in {fact.experiment for fact in pipeline_facts}:
        runs = [(fact.ended > at - period, fact.status == "Completed") for fact in pipeline_facts
                if fact.experiment == experiment and fact.status != "Canceled" and fact.ended <= at]
        recent, before = ([good for is_recent, good in runs if is_recent is wanted] for wanted in (True, False))
        if recent and before and sum(before) / len(before) - sum(recent) / len(recent) > 0.05:
            expected[experiment] = (len(recent), len(before), sum(before) / len(before) - sum(recent) / len(recent))
    rows = week.ask("success_rate_drop", at=at, period=period, drop=0.05, least_runs=1)
    assert {row["experiment_name"]: (row["runs"], row["previous_runs"], pytest.approx(row["fallen_by"]))
            for row in rows} == expected != {}


def test_a_drop_is_shown_with_both_rates_and_the_last_failure(insights):
    outcomes(insights, 0, completed=1, failed=3)
    outcomes(insights, 2, completed=9, failed=1)
    [row] = insights.ask("success_rate_drop", at=NOON)
    assert (row["runs"], row["failed"], row["success_rate"]) == (4, 3, 0.25)
    assert (row["previous_runs"], row["previous_success_rate"]) == (10, 0.9)
    assert (row["fallen_by"], row["last_failed_run_id"]) == (pytest.approx(0.65), "0-1")


@pytest.mark.parametrize("recent, before, lets", [
    ((8, 2), (9, 1), {}),  # has fallen by less
    ((0, 2), (9, 1), {}),  # too few runs
    ((0, 9), (2, 0), {}),  # too few runs to compare with
    ((0, 9), (9, 0), {"history": timedelta(hours=12)}),  # they were too long ago
    ((5, 5), (9, 1), {"drop": 0.5}),
    ((9, 1), (0, 9), {})])  # it has risen
def test_what_is_no_clear_drop_is_left_out(insights, recent, before, lets):
    outcomes(insights, 0, *recent)
    outcomes(insights, 2, *before)
    assert insights.ask("success_rate_drop", at=NOON, **lets) == []


def test_canceled_runs_do_not_count(insights):
    outcomes(insights, 0, completed=3, failed=0)
    outcomes(insights, 2, completed=3, failed=0)
    for number in range(9):
        insights.run(f"canceled-{number}", started=NOON - timedelta(hours=1), seconds=60, status="Canceled")
    assert insights.ask("success_rate_drop", at=NOON) == []


def test_experiments_stay_apart(insights):
    outcomes(insights, 0, completed=0, failed=5, experiment_name="alpha")
    outcomes(insights, 2, completed=5, failed=0, experiment_name="beta")
    assert insights.ask("success_rate_drop", at=NOON) == []
