"""Steps by how long they take."""
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from tests.queries.sample_week import percentile

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_durations_are_those_of_the_completed_runs_of_a_step_the_slowest_first(week, step_facts):
    runs = defaultdict(list)
    for fact in step_facts:
        if fact.status == "Completed":
            runs[fact.experiment, fact.step_name].append(fact)
    rows = week.ask("slowest_steps")
    assert {(row["experiment_name"], row["step_name"]) for row in rows} == set(runs)
    for row in rows:
        facts = runs[row["experiment_name"], row["step_name"]]
        slowest = max(facts, key=lambda fact: fact.seconds)
        assert (row["runs"], row["slowest_run_id"]) == (len(facts), slowest.id)
        assert row["run_url"] == f"https://ml.azure.com/runs/{slowest.parent_id}"
        assert row["max_seconds"] == pytest.approx(slowest.seconds, abs=0.002)
        for percent in (50, 95):
            expected = percentile([fact.seconds for fact in facts], percent)
            assert row[f"p{percent}_seconds"] == pytest.approx(expected, abs=0.002)
        assert row["total_hours"] == pytest.approx(sum(fact.seconds for fact in facts) / 3600, abs=1e-4)
    assert [row["p95_seconds"] for row in rows] == sorted((row["p95_seconds"] for row in rows), reverse=True)
    assert rows[0]["step_name"] == "Pretrain Encoder"


def test_reused_and_failed_steps_and_pipeline_runs_are_left_out(insights):
    insights.run("run", parent="p", started=NOON, seconds=60, step_name="Train", is_reused="false")
    insights.run("reused", parent="q", started=NOON, seconds=1, step_name="Train", is_reused="true")
    insights.run("failed", parent="r", started=NOON, seconds=2, step_name="Train", status="Failed")
    insights.run("p", started=NOON, seconds=70)
    assert [(row["step_name"], row["runs"], row["p50_seconds"]) for row in insights.ask("slowest_steps")] == [
        ("Train", 1, 60)]


def test_steps_of_one_name_in_two_experiments_are_two(insights):
    insights.run("a", parent="p", started=NOON, seconds=60, step_name="Train", experiment_name="alpha")
    insights.run("b", parent="q", started=NOON, seconds=90, step_name="Train", experiment_name="beta")
    assert [(row["experiment_name"], row["p50_seconds"]) for row in insights.ask("slowest_steps")] == [
        ("beta", 90), ("alpha", 60)]
