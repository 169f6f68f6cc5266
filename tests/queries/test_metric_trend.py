"""Metrics over time."""
from datetime import timedelta

from tests.queries.metric_runs import NOON, measure


def test_each_day_has_the_values_of_its_runs(week):
    rows = week.ask("metric_trend", experiment="churn-training", metric="auc")
    assert [row["bin_start"].day for row in rows] == [26, 27, 28, 29, 1]
    assert [row["p50_value"] for row in rows] == [0.867, 0.8725, 0.8679, 0.8791, 0.8157]
    assert {(row["step_name"], row["runs"]) for row in rows} == {("Evaluate Churn Model", 1)}


def test_runs_of_one_bin_are_one_row(insights):
    measure(insights, 0.7, 0.9, 0.8)
    [row] = insights.ask("metric_trend", bin_size=timedelta(days=365_000))
    assert (row["runs"], row["p50_value"], row["least_value"], row["most_value"]) == (3, 0.8, 0.7, 0.9)


def test_names_may_have_any_printable_character_and_a_value_that_is_none_has_no_row(insights):
    for number, metric in enumerate(("a.b[0]", "it's", "système/précision", "a: b")):
        measure(insights, number, metric=metric, step=f"step {number}")
    measure(insights, None, step="lost")
    assert {row["metric_name"]: row["p50_value"] for row in insights.ask("metric_trend")} == {
        "a.b[0]": 0, "it's": 1, "système/précision": 2, "a: b": 3}


def test_a_time_can_be_asked_for(insights):
    measure(insights, 0.7, 0.8, 0.9)
    rows = insights.ask("metric_trend", since=NOON + timedelta(days=1), until=NOON + timedelta(days=2))
    assert [row["p50_value"] for row in rows] == [0.8]
