"""Metrics that are worse than they used to be."""
import json
from datetime import timedelta

import pytest

from tests.queries.metric_runs import NOON, measure
from tests.queries.sample_week import percentile


def names(rows):
    return [row["metric_name"] for row in rows]


def test_the_sample_week_has_a_model_that_became_worse(week, sample_records):
    measured = [json.loads(sent.record.dimensions["metrics"])["auc"] for sent in sample_records
                if "auc" in sent.record.dimensions.get("metrics", "")]
    worst, row = week.ask("metric_drop")
    assert (worst["metric_name"], row["metric_name"], row["step_name"]) == (
        "recall_top_decile", "auc", "Evaluate Churn Model")
    *earlier, last = measured
    usual = percentile(earlier, 50)
    assert (row["value"], row["usual_value"]) == (last, usual)
    assert row["usual_spread"] == pytest.approx(percentile(earlier, 75) - percentile(earlier, 25))
    assert (row["worse_by"], row["worse_share"]) == pytest.approx((usual - last, (usual - last) / usual))
    assert (row["experiment_name"], row["earlier_runs"]) == ("churn-training", len(earlier))


@pytest.mark.parametrize("values, is_worse", [
    ((0.9, 0.9, 0.9, 0.88), True),
    ((0.9, 0.9, 0.9, 0.895), False),  # less than one percent
    ((0.9, 0.9, 0.8), False),  # too few to know what is usual
    ((0.9, 0.8, 0.7, 0.6), False),  # it varies that much
    ((0.9, 0.9, 0.9, 0.95), False),  # better
    ((0.9, 0.9, 0.9, 0.5, 0.9), False),  # worse once, not any more
    ((0.9, 0.9, 0.1, 0.9, 0.9, 0.8), True),  # one outlier moves neither median nor spread
    ((0, 0, 0, -0.1), True),
    ((0.9, 0.9, 0.9, None), True),  # no number any more
    ((None, None, None, 0.9), False)])
def test_the_latest_run_counts_against_what_was_usual_before(insights, values, is_worse):
    measure(insights, *values)
    assert bool(insights.ask("metric_drop")) is is_worse


@pytest.mark.parametrize("metric, is_worse", [("val_loss", True), ("RMSE", True), ("mean_absolute_error", True),
                                              ("auc", False), ("r2", False)])
def test_of_some_metrics_a_lower_value_is_better(insights, metric, is_worse):
    measure(insights, 0.3, 0.3, 0.3, 0.4, metric=metric)
    assert names(insights.ask("metric_drop")) == [metric] * is_worse
    assert names(insights.ask("metric_drop", lower_is_better=f"^{metric}$")) == [metric]


def test_thresholds_can_be_set(insights):
    measure(insights, 0.9, 0.8, 0.7)
    assert insights.ask("metric_drop") == []
    assert names(insights.ask("metric_drop", least_runs=2, spreads=0.5, least_change=0.1)) == ["auc"]
    assert insights.ask("metric_drop", least_runs=2, spreads=0.5, least_change=0.2) == []


def test_one_metric_can_be_asked_for_and_each_has_its_own_past(insights):
    measure(insights, 0.9, 0.9, 0.9, 0.5)
    measure(insights, 0.9, 0.9, 0.9, 0.5, metric="f1", step="Other")
    assert names(insights.ask("metric_drop")) == ["auc", "f1"]
    assert names(insights.ask("metric_drop", metric="f1")) == ["f1"]


def test_reused_and_failed_runs_and_runs_without_a_name_are_no_measure(insights):
    measure(insights, 0.9, 0.9, 0.9)
    later, worse = NOON + timedelta(days=9), '{"auc": 0.1}'
    insights.run("reused", parent="p", started=later, seconds=1, step_name="Evaluate", is_reused="true", metrics=worse)
    insights.run("failed", parent="q", started=later, seconds=1, step_name="Evaluate", status="Failed", metrics=worse)
    measure(insights, 0.9, 0.9, 0.9, 0.1, step="trial", step_name=None)
    assert insights.ask("metric_drop") == []


def test_runs_without_a_parent_are_one_series_whatever_they_are_called(insights):
    for day, value in enumerate((0.9, 0.9, 0.9, 0.1)):
        insights.run(f"job-{day}", started=NOON + timedelta(days=day), seconds=60, step_name=f"calm_apple_{day}",
                     metrics=json.dumps({"auc": value}))
    [row] = insights.ask("metric_drop")
    assert (row["step_name"], row["run_id"], row["root_run_id"]) == ("", "job-3", "job-3")


def test_the_past_is_longer_than_the_time_asked_for(insights):
    measure(insights, 0.9, 0.9, 0.9, 0.1)
    assert len(insights.ask("metric_drop", since=NOON + timedelta(days=3))) == 1
    assert insights.ask("metric_drop", since=NOON + timedelta(days=4)) == []
    assert insights.ask("metric_drop", until=NOON + timedelta(days=3)) == []


@pytest.mark.parametrize("metric", ['top "k"', r"C:\temp", 'a/~b"', "0"])
def test_a_metric_may_have_any_name(insights, metric):
    measure(insights, 0.9, 0.9, 0.9, 0.5, metric=metric)
    [row] = insights.ask("metric_drop")
    assert (row["metric_name"], row["value"]) == (metric, 0.5)
    assert sum(row["runs"] for row in insights.ask("metric_trend")) == 4
