"""Pipeline runs that failed, wholly or in part, with the cause."""
from datetime import UTC, datetime, timedelta

from tests.queries.sample_week import is_absorbed

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)
STEP_FAILED = {"failed_step_name": "Train", "failed_step_run_id": "t", "failed_step_error_code": "UserError",
               "failed_step_error_message": "no memory", "failed_step_count": "1",
               "failed_step_run_url": "https://ml.azure.com/runs/t"}


def test_runs_that_failed_or_hide_a_failed_step_are_there(week, facts):
    failed = [fact for fact in facts if fact.status in ("Failed", "NotResponding")]
    absorbed = [fact for fact in failed if is_absorbed(fact, facts)]
    rows = week.ask("failed_pipeline_runs")
    assert {fact.step_name for fact in absorbed} == {
        "Train Churn Model", "Load Readings", "train_scorecard", "runs of Find Model"}
    assert {row["run_id"] for row in rows} == {fact.root_id for fact in failed if fact not in absorbed}
    assert [row["failed_step_name"] for row in rows if row["run_status"] == "Completed"] == ["Publish Report"] * 2


def test_the_cause_is_the_failed_steps(week):
    row = next(row for row in week.ask("failed_pipeline_runs") if row["experiment_name"] == "price-sync")
    assert (row["failed_step_name"], row["error_code"], row["failed_step_count"]) == ("Fetch Prices", "UserError", 1)
    assert "supplier 4711 gave no answer within 30.1 s" in row["error_message"]
    assert row["failed_step_run_url"] == f"https://ml.azure.com/runs/{row['failed_step_run_id']}"


def test_a_run_without_a_known_step_has_its_own_error(insights):
    insights.run("alone", started=NOON, seconds=60, status="Failed", error_code="UserError", error_message="broken")
    [row] = insights.ask("failed_pipeline_runs")
    assert (row["failed_step_name"], row["error_code"], row["error_message"]) == ("", "UserError", "broken")


def test_the_summary_of_a_long_error_is_short(insights):
    insights.run("alone", started=NOON, seconds=60, status="Failed", error_message="x" * 5_000)
    [row] = insights.ask("failed_pipeline_runs")
    assert (len(row["error_message"]), len(row["error_summary"])) == (5_000, 250)


def test_a_step_that_completed_in_a_later_attempt_is_no_failure(insights):
    insights.run("t", parent="p", started=NOON, seconds=10, status="Failed", step_name="Train")
    insights.run("p", started=NOON, seconds=60, **STEP_FAILED)
    assert [row["run_id"] for row in insights.ask("failed_pipeline_runs")] == ["p"]
    insights.run("again", parent="p", started=NOON, seconds=10, step_name="Train")
    assert insights.ask("failed_pipeline_runs") == []


def test_another_failed_step_beside_a_mended_one_is_a_failure(insights):
    insights.run("t", parent="p", started=NOON, seconds=10, status="Failed", step_name="Train")
    insights.run("again", parent="p", started=NOON, seconds=10, step_name="Train")
    insights.run("p", started=NOON, seconds=60, **STEP_FAILED | {"failed_step_count": "2"})
    assert len(insights.ask("failed_pipeline_runs")) == 1


def test_good_and_canceled_runs_and_steps_are_left_out(insights):
    insights.run("good", started=NOON, seconds=60)
    insights.run("canceled", started=NOON, seconds=60, status="Canceled", **STEP_FAILED)
    insights.run("step", parent="good", started=NOON, seconds=60, status="Failed")
    assert insights.ask("failed_pipeline_runs") == []


def test_parameters_choose_runs_and_the_last_comes_first(insights):
    insights.run("a", started=NOON, seconds=60, status="Failed", experiment_name="alpha")
    insights.run("b", started=NOON + timedelta(days=1), seconds=60, status="Failed", submitted_by="Grace")

    def runs(**lets):
        return [row["run_id"] for row in insights.ask("failed_pipeline_runs", **lets)]
    assert runs() == ["b", "a"]
    assert runs(experiment="alpha") == runs(until=NOON + timedelta(days=1)) == ["a"]
    assert runs(submitter="Grace") == runs(since=NOON + timedelta(days=1)) == ["b"]
