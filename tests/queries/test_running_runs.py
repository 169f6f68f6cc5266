"""Pipeline runs in progress, from what is known of them: a record of their own, or those of their steps."""
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.sample_week import percentile

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)
EVENING = NOON + timedelta(hours=6)


def running(insights, **lets):
    return [row["run_id"] for row in insights.ask("running_runs", **{"at": EVENING, **lets})]


def test_runs_are_in_progress_of_which_only_steps_have_ended(week, facts, pipeline_facts, now):
    ended = {fact.id for fact in pipeline_facts}
    open_runs = {fact.root_id: fact for fact in facts if fact.root_id not in ended}
    rows = week.ask("running_runs", at=now)
    assert {row["run_id"] for row in rows} == set(open_runs)
    assert [row["experiment_name"] for row in rows] == ["fraud-scoring", "speech-pretraining"]
    for row in rows:
        step = open_runs[row["run_id"]]
        totals = [(fact.ended - fact.created).total_seconds() for fact in pipeline_facts
                  if fact.experiment == step.experiment and fact.status == "Completed"]
        assert row["begin_time"] == pytest.approx(step.created, abs=timedelta(milliseconds=1))
        assert row["last_step_end_time"] == pytest.approx(step.ended, abs=timedelta(milliseconds=1))
        assert row["running_seconds"] == pytest.approx((now - step.created).total_seconds(), abs=0.002)
        assert row["usual_p50_seconds"] == pytest.approx(percentile(totals, 50), abs=0.002)
        assert row["usual_p95_seconds"] == pytest.approx(percentile(totals, 95), abs=0.002)
        assert row["completed_runs"] == len(totals) == 3


@pytest.mark.parametrize("final", ["Completed", "Failed", "Canceled", "NotResponding"])
def test_a_record_of_the_runs_own_says_it_as_well(insights, final):
    insights.run("p", started=NOON, status="Running")
    [row] = insights.ask("running_runs", at=EVENING)
    assert (row["run_id"], row["last_step_end_time"]) == ("p", None)
    insights.run("p", started=NOON, seconds=60, status=final)
    assert running(insights) == []


def test_a_step_that_saw_its_pipeline_run_end_ends_it(insights):
    """The last step's event may be handled after the pipeline run has ended, and that run's own event be lost."""
    insights.run("s", parent="p", started=NOON, seconds=60)
    assert running(insights) == ["p"]
    insights.run("t", parent="p", started=NOON, seconds=90, parent_run_status="Completed")
    assert running(insights) == []


def test_an_experiment_without_a_past_has_no_usual_duration(insights):
    insights.run("s", parent="p", started=NOON, seconds=60)
    [row] = insights.ask("running_runs", at=EVENING)
    assert (row["completed_runs"], row["usual_p50_seconds"], row["usual_p95_seconds"]) == (None, None, None)


def test_usual_durations_are_the_median_and_the_95th_percentile(insights):
    for number, seconds in enumerate((100, 100, 300, 300, 900)):
        insights.run(f"run-{number}", started=NOON, seconds=seconds)
    insights.run("step", parent="p", started=NOON, seconds=60)
    [row] = insights.ask("running_runs", at=EVENING)
    assert (row["completed_runs"], row["usual_p50_seconds"], row["usual_p95_seconds"]) == (5, 300, 900)


def test_parameters_choose_runs(insights):
    insights.run("s", parent="p", started=NOON, seconds=60, experiment_name="alpha", submitted_by="Ada")
    insights.run("t", parent="q", started=NOON, seconds=60, workspace_name="west", submitted_by="Grace")
    assert set(running(insights)) == {"p", "q"}
    assert running(insights, experiment="alpha") == running(insights, submitter="Ada") == ["p"]
    assert running(insights, workspace="west") == ["q"]
    assert running(insights, history=timedelta(hours=5)) == running(insights, at=NOON - timedelta(hours=1)) == []
