"""Every run once, in its latest state."""
import json
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_every_ended_run_is_one_row_the_last_first(week, facts):
    rows = week.ask("latest_runs")
    assert [row["run_id"] for row in rows] == [fact.id for fact in reversed(facts)]
    for row, fact in zip(rows, reversed(facts)):
        name = fact.name or f"{fact.parent_name} / {fact.id}"
        assert (row["run_name"], row["run_status"], row["experiment_name"], row["submitted_by"], row["is_reused"]) == (
            name, fact.status, fact.experiment, fact.submitted_by, fact.is_reused)
        assert row["end_time"] == pytest.approx(fact.ended, abs=timedelta(milliseconds=1))
        assert row["duration_seconds"] == pytest.approx(fact.seconds, abs=0.002)
        assert row["queue_seconds"] == pytest.approx(fact.queue_seconds, abs=0.002)
        assert row["error_message"] == (fact.error_message or "") or "AccountKey" in fact.error_message
        assert row["run_url"] == f"https://ml.azure.com/runs/{fact.parent_id}"


@pytest.mark.parametrize("lets, chosen", [
    ({"experiment": "churn-training"}, lambda fact: fact.experiment == "churn-training"),
    ({"status": "Canceled"}, lambda fact: fact.status == "Canceled"),
    ({"status": "Failed,NotResponding"}, lambda fact: fact.status in ("Failed", "NotResponding")),
    ({"submitter": "Grace Hopper"}, lambda fact: fact.submitted_by == "Grace Hopper"),
    ({"level": "pipeline"}, lambda fact: not fact.is_step),
    ({"level": "step", "experiment": "price-sync"}, lambda fact: fact.is_step and fact.experiment == "price-sync"),
    ({"workspace": "another"}, lambda fact: False),
    ({"since": datetime(2024, 2, 27, tzinfo=UTC), "until": datetime(2024, 2, 28, tzinfo=UTC)},
     lambda fact: fact.ended.day == 27)])
def test_parameters_choose_runs(week, facts, lets, chosen):
    rows = week.ask("latest_runs", **lets)
    assert {row["run_id"] for row in rows} == {fact.id for fact in facts if chosen(fact)}


def test_a_run_that_was_recorded_while_it_ran_shows_how_it_ended(insights):
    insights.run("p", started=NOON, status="Running")
    insights.run("p", started=NOON, seconds=60, status="Failed")
    [row] = insights.ask("latest_runs")
    assert (row["run_status"], row["duration_seconds"]) == ("Failed", 60)


def test_a_run_without_an_end_counts_when_it_was_recorded(insights):
    insights.run("p", started=NOON, status="Running")
    [row] = insights.ask("latest_runs", since=NOON, until=NOON + timedelta(seconds=1))
    assert (row["run_status"], row["end_time"], row["duration_seconds"]) == ("Running", None, None)
    assert insights.ask("latest_runs", since=NOON + timedelta(seconds=1)) == []


def test_no_more_than_a_thousand_rows_come(insights):
    with insights.gathering():
        for number in range(1_001):
            insights.run(f"run-{number}", started=NOON + timedelta(seconds=number), seconds=1)
    rows = insights.ask("latest_runs")
    assert len(rows) == 1_000
    assert rows[-1]["run_id"] == "run-1"


@pytest.mark.parametrize("dimensions, started_by", [
    ({"tags": '{"submitted_by": "data_factory", "schedule": "nightly"}', "run_source": "SDK", "run_trigger": "HTTP"},
     "data_factory"),
    ({"tags": '{"team": "a"}', "run_source": "Unavailable", "run_trigger": "Schedule"}, "schedule"),
    ({"run_source": "MFE", "run_trigger": "HTTP"}, "MFE"), ({"run_trigger": "HTTP"}, "HTTP"), ({}, "")])
def test_what_started_a_run_is_told(insights, dimensions, started_by):
    insights.run("p", started=NOON, seconds=60, **dimensions)
    [row] = insights.ask("latest_runs", starter=started_by)
    assert row["started_by"] == started_by


def test_the_value_of_a_metric_is_told_of_a_run_and_of_the_pipeline_run_above_it(insights):
    def measured(name, seconds, value, parent="train", metric="auc"):
        insights.run(name, parent=parent, root_run_id="p", started=NOON, seconds=seconds,
                     metrics=json.dumps({metric: value, "rows": 7}))
    measured("trial-1", 10, 0.9)
    measured("trial-2", 20, 0.8)
    measured("other", 30, 0.5, parent="p", metric="r2")
    insights.run("train", parent="p", root_run_id="p", started=NOON, seconds=40)
    insights.run("p", root_run_id="p", started=NOON, seconds=50)
    assert {row["run_id"]: row["metric_value"] for row in insights.ask("latest_runs", metric="auc")} == {
        "p": 0.8, "train": None, "trial-1": 0.9, "trial-2": 0.8, "other": None}
    assert {row["metric_value"] for row in insights.ask("latest_runs")} == {None}


def test_of_a_metric_the_latest_record_counts_and_a_pipeline_runs_own_value_is_the_last(insights):
    insights.run("step", parent="p", root_run_id="p", started=NOON, seconds=10, metrics='{"auc": 0.7}')
    insights.run("p", root_run_id="p", started=NOON, seconds=20, metrics='{"auc": 0.6}')
    insights.run("p", root_run_id="p", started=NOON, seconds=30, metrics='{"auc": 0.5}')
    assert [row["metric_value"] for row in insights.ask("latest_runs", metric="auc")] == [0.5, 0.7]
