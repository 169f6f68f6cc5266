"""Experiments that have just begun to fail."""
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def outcomes(insights, *statuses, **dimensions):
    """One pipeline run an hour."""
    for hour, status in enumerate(statuses):
        insights.run(f"run-{hour}", started=NOON + timedelta(hours=hour), seconds=60, status=status, **dimensions)


def test_experiments_are_named_whose_last_run_failed_after_a_good_one(week, pipeline_facts):
    expected = {}
    for experiment in {fact.experiment for fact in pipeline_facts}:
        runs = [fact for fact in pipeline_facts if fact.experiment == experiment and fact.status != "Canceled"]
        if len(runs) > 1 and runs[-1].status != "Completed" and runs[-2].status == "Completed":
            expected[experiment] = (runs[-1], runs[-2])
    rows = week.ask("newly_failing")
    assert {row["experiment_name"] for row in rows} == set(expected) == {
        "image-classification", "churn-exploration", "credit-risk"}
    for row in rows:
        failed, good = expected[row["experiment_name"]]
        assert (row["run_id"], row["last_good_run_id"]) == (failed.id, good.id)
        assert row["failure_time"] == pytest.approx(failed.ended, abs=timedelta(milliseconds=1))
        assert row["last_good_run_url"] == f"https://ml.azure.com/runs/{good.id}"


@pytest.mark.parametrize("statuses", [
    ["Failed"], ["Completed"], ["Failed", "Failed"], ["Completed", "Failed", "Failed"],
    ["Completed", "Failed", "Completed"]])
def test_what_always_failed_still_fails_or_works_again_is_not_new(insights, statuses):
    outcomes(insights, *statuses)
    assert insights.ask("newly_failing") == []


@pytest.mark.parametrize("statuses", [
    ["Completed", "Failed"], ["Completed", "NotResponding"], ["Failed", "Completed", "Canceled", "Failed", "Canceled"]])
def test_a_canceled_run_is_passed_over(insights, statuses):
    outcomes(insights, *statuses)
    assert len(insights.ask("newly_failing")) == 1


def test_the_error_is_that_of_the_failed_step_where_one_is_known(insights):
    outcomes(insights, "Completed", "Failed", error_message="children failed", failed_step_name="Train",
             failed_step_error_message="no memory")
    [row] = insights.ask("newly_failing")
    assert (row["failed_step_name"], row["error_message"]) == ("Train", "no memory")


def test_a_failure_before_the_time_asked_for_is_old(insights):
    outcomes(insights, "Completed", "Failed")
    assert insights.ask("newly_failing", since=NOON + timedelta(hours=2)) == []
    assert insights.ask("newly_failing", until=NOON + timedelta(hours=1)) == []
    assert len(insights.ask("newly_failing", since=NOON + timedelta(hours=1))) == 1
