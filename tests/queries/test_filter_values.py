"""What there is to filter by."""
import json
from collections import Counter
from datetime import UTC, datetime

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_each_parameter_has_the_values_that_occur_with_their_runs(week, facts, sample_records):
    metrics = Counter(name for sent in sample_records
                      for name in json.loads(sent.record.dimensions.get("metrics") or "{}"))
    started = Counter(run["started_by"] for run in week.ask("latest_runs", level="pipeline") if run["started_by"])
    expected = {
        "metric": metrics, "starter": started, "workspace": {"sample-ws": len(facts)},
        "experiment": Counter(fact.experiment for fact in facts),
        "status": Counter(fact.status for fact in facts), "submitter": Counter(fact.submitted_by for fact in facts)}
    rows = week.ask("filter_values")
    assert [(row["parameter"], row["value"], row["runs"]) for row in rows] == [
        (parameter, value, count) for parameter, values in sorted(expected.items())
        for value, count in sorted(values.items())]


def test_one_parameter_can_be_chosen(week, facts):
    rows = week.ask("filter_values", choice="status")
    assert [row["value"] for row in rows] == sorted({fact.status for fact in facts})


def test_a_status_counts_until_the_next_one(insights):
    insights.run("p", started=NOON, status="Running", submitted_by=None)
    insights.run("p", started=NOON, seconds=60, submitted_by=None)
    assert {(row["parameter"], row["value"]) for row in insights.ask("filter_values")} == {
        ("workspace", "sample-ws"), ("experiment", "flight-delay"), ("status", "Completed")}


def test_runs_of_two_workspaces_may_share_an_id(insights):
    insights.run("p", started=NOON, seconds=60, workspace_name="east")
    insights.run("p", started=NOON, seconds=60, workspace_name="west")
    assert [(row["value"], row["runs"]) for row in insights.ask("filter_values", choice="workspace")] == [
        ("east", 1), ("west", 1)]


def test_a_metric_counts_once_for_each_run_that_has_it(insights):
    for _ in range(2):
        insights.run("a", started=NOON, seconds=60, metrics='{"auc": 0.9, "a name\'s": null}')
    insights.run("b", started=NOON, seconds=60, metrics='{"auc": 0.8}')
    assert [(row["value"], row["runs"]) for row in insights.ask("filter_values", choice="metric")] == [
        ("a name's", 1), ("auc", 2)]
