"""A pipeline run beside the last good run of the same pipeline."""
from datetime import UTC, datetime, timedelta

import pytest

MONDAY = datetime(2024, 2, 26, 6, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def nightly(insights):
    """Records a run of the pipeline "nightly" with a step for each of the given seconds, by name."""
    def record(run_id, begin, status="Completed", **seconds):
        insights.run(run_id, started=begin, seconds=sum(seconds.values()), status=status, step_name="nightly",
                     parent_run_name="nightly")
        for name, duration in seconds.items():
            insights.run(f"{run_id}-{name}", parent=run_id, started=begin, seconds=duration, step_name=name,
                         parent_run_name="nightly", git_commit=f"commit of {run_id}")
    return record


def test_a_run_is_beside_the_last_one_that_completed_before_it(insights, nightly):
    nightly("old", MONDAY, load=10)
    nightly("good", MONDAY + DAY, load=20, train=200)
    nightly("failed", MONDAY + 2 * DAY, status="Failed", load=30)
    nightly("asked", MONDAY + 3 * DAY, status="Failed", load=40, score=4)
    nightly("later", MONDAY + 4 * DAY, load=50)
    rows = insights.ask("run_comparison", run="asked")
    assert [(row["step_name"], row["duration_seconds"], row["good_duration_seconds"]) for row in rows] == [
        ("nightly", 44, 220), ("load", 40, 20), ("train", None, 200), ("score", 4, None)]
    assert [row["is_step"] for row in rows] == [False, True, True, True]
    assert (rows[0]["run_id"], rows[0]["good_run_id"]) == ("asked", "good")
    assert (rows[1]["git_commit"], rows[1]["good_git_commit"]) == ("commit of asked", "commit of good")
    assert (rows[3]["run_status"], rows[3]["good_run_status"]) == ("Completed", "")


def test_without_a_good_run_before_it_its_columns_are_empty(insights, nightly):
    nightly("first", MONDAY, load=10)
    nightly("later", MONDAY + DAY, load=20)
    rows = insights.ask("run_comparison", run="first")
    assert [(row["step_name"], row["good_run_id"], row["good_duration_seconds"]) for row in rows] == [
        ("nightly", "", None), ("load", "", None)]


def test_another_pipeline_of_the_experiment_is_no_comparison(insights, nightly):
    insights.run("other", started=MONDAY, seconds=5, step_name="weekly", parent_run_name="weekly")
    nightly("asked", MONDAY + DAY, load=10)
    assert {row["good_run_id"] for row in insights.ask("run_comparison", run="asked")} == {""}


def test_of_a_step_that_was_tried_again_the_last_attempt_counts(insights, nightly):
    nightly("asked", MONDAY, load=10)
    insights.run("again", parent="asked", started=MONDAY + timedelta(seconds=60), seconds=7, step_name="load",
                 parent_run_name="nightly")
    [_, load] = insights.ask("run_comparison", run="asked")
    assert (load["run_id"], load["duration_seconds"]) == ("again", 7)


def test_metrics_of_a_step_are_beside_those_of_the_last_good_run(week, pipeline_facts):
    last = [fact for fact in pipeline_facts if fact.name == "churn-nightly"][-1]
    rows = {row["step_name"]: row for row in week.ask("run_comparison", run=last.id)}
    assert rows["Evaluate Churn Model"]["metrics"] == '{"auc": 0.8157, "recall_top_decile": 0.387}'
    assert rows["Evaluate Churn Model"]["good_metrics"] == '{"auc": 0.8791, "recall_top_decile": 0.4635}'
    assert (rows["Build Features"]["metrics"], rows["Build Features"]["good_metrics"]) == ("", "")


def test_the_week_agrees_with_its_facts(week, pipeline_facts):
    """Of each nightly training, the last completed one of those that ended before it was submitted."""
    nightly = [fact for fact in pipeline_facts if fact.name == "churn-nightly"]
    for fact in nightly:
        good = [each for each in nightly if each.status == "Completed" and each.ended <= fact.created]
        [whole, *_] = week.ask("run_comparison", run=fact.id)
        assert whole["run_id"] == fact.id
        assert whole["good_run_id"] == (good[-1].id if good else "")
