"""Failures by what caused them, with the runs of the same step that worked."""
import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def attempts(insights, *outcomes, experiment="flight-delay", step="Train"):
    """A run of the step an hour: True works, a text is the fingerprint of what ends it."""
    for hour, outcome in enumerate(outcomes):
        worked = outcome is True
        insights.run(f"{step}-{hour}", parent=f"p-{hour}", started=NOON + timedelta(hours=hour), seconds=60,
                     status="Completed" if worked else "Failed", error_fingerprint=None if worked else outcome,
                     error_message=None if worked else f"{outcome} in run {hour}", step_name=step,
                     experiment_name=experiment)


def test_the_same_error_of_several_runs_is_one_row(week, step_facts):
    timeouts = [fact for fact in step_facts if "gave no answer" in (fact.error_message or "")]
    row = next(row for row in week.ask("failures_by_error") if "gave no answer" in row["error_message"])
    assert (row["failures"], row["run_id"]) == (len(timeouts), timeouts[-1].id) == (3, row["run_id"])
    assert (json.loads(row["experiments"]), json.loads(row["steps"])) == (["price-sync"], ["Fetch Prices"])
    fetches = [fact for fact in step_facts if fact.name == "Fetch Prices" and fact.status == "Completed"]
    assert row["last_good_run_id"] == max((f for f in fetches if f.ended < timeouts[0].ended), key=lambda f: f.ended).id
    assert row["next_good_run_id"] == min((f for f in fetches if f.ended > timeouts[-1].ended),
                                          key=lambda f: f.ended).id


def test_every_failure_is_counted_where_it_happened(week, facts):
    """A pipeline run does not count beside its failed step."""
    failed = [fact for fact in facts if fact.status in ("Failed", "NotResponding")]
    explained = {fact.parent_id for fact in failed if fact.is_step}
    failed = [fact for fact in failed if fact.id not in explained]
    rows = week.ask("failures_by_error")
    assert sum(row["failures"] for row in rows) == len(failed)
    assert [row["failures"] for row in rows] == sorted((row["failures"] for row in rows), reverse=True)


def test_a_pipeline_run_that_names_a_step_without_a_record_is_left_out_too(insights):
    insights.run("p", started=NOON, seconds=60, status="Failed", failed_step_run_id="lost")
    assert insights.ask("failures_by_error") == []


def test_last_good_run_is_before_the_error_first_came_and_the_next_after_it_last_came(insights):
    attempts(insights, True, True, "e", True, "e", True, True)
    [row] = insights.ask("failures_by_error")
    assert (row["last_good_run_id"], row["run_id"], row["next_good_run_id"]) == ("Train-1", "Train-4", "Train-5")
    assert (row["first_seen"], row["last_seen"]) == tuple(NOON + timedelta(hours=hour, seconds=60) for hour in (2, 4))
    assert row["error_message"] == "e in run 4"


def test_an_error_that_stays_has_no_next_good_run_and_one_from_the_start_no_last(insights):
    attempts(insights, "e", "e")
    [row] = insights.ask("failures_by_error")
    assert (row["failures"], row["last_good_run_id"], row["next_good_run_id"]) == (2, "", "")
    assert (row["last_good_time"], row["next_good_time"]) == (None, None)


def test_good_runs_are_those_of_the_same_step_and_experiment_that_ran_themselves(insights):
    attempts(insights, True, step="Prepare")
    attempts(insights, True, experiment="another")
    insights.run("reused", parent="p", started=NOON, seconds=1, step_name="Train", is_reused="true")
    insights.run("bad", parent="p", started=NOON + timedelta(days=1), seconds=1, status="Failed", step_name="Train")
    assert [row["last_good_run_id"] for row in insights.ask("failures_by_error")] == [""]


def test_one_error_in_two_experiments_is_one_row_with_the_latest_as_its_example(insights):
    attempts(insights, True, "e", experiment="beta", step="Score")
    attempts(insights, True, True, "e", experiment="alpha", step="Train")
    [row] = insights.ask("failures_by_error")
    assert (json.loads(row["experiments"]), json.loads(row["steps"])) == (["alpha", "beta"], ["Score", "Train"])
    assert (row["failures"], row["run_id"], row["last_good_run_id"]) == (2, "Train-2", "Train-1")
    assert (row["first_seen"], row["last_seen"]) == tuple(NOON + timedelta(hours=hour, seconds=60) for hour in (1, 2))


def test_failures_without_a_fingerprint_are_grouped_by_code_or_status(insights):
    insights.run("a", started=NOON, seconds=1, status="Failed", error_code="UserError")
    insights.run("b", started=NOON, seconds=1, status="NotResponding")
    assert {row["error"] for row in insights.ask("failures_by_error")} == {"UserError", "NotResponding"}


def test_a_good_run_from_before_the_time_asked_for_is_still_the_last_one(insights):
    groups = defaultdict(str)
    attempts(insights, True, "e", "f")
    for row in insights.ask("failures_by_error", since=NOON + timedelta(hours=2)):
        groups[row["error"]] = row["last_good_run_id"]
    assert groups == {"f": "Train-0"}


def test_runs_of_two_workspaces_may_share_an_id(insights):
    insights.run("a", started=NOON, seconds=1, status="Failed", error_code="UserError", workspace_name="east")
    insights.run("a", started=NOON + timedelta(hours=1), seconds=1, workspace_name="west")
    assert [(row["workspace_name"], row["next_good_run_id"]) for row in insights.ask("failures_by_error")] == [
        ("east", "")]
