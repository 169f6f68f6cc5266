"""Steps by how often they fail."""
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_failures_are_counted_by_step_with_the_last_of_them(week, step_facts):
    runs = defaultdict(list)
    for fact in step_facts:
        if fact.status != "Canceled":
            runs[fact.experiment, fact.step_name].append(fact)
    failing = {step: facts for step, facts in runs.items() if any(fact.status != "Completed" for fact in facts)}
    rows = week.ask("top_failing_steps")
    assert {(row["experiment_name"], row["step_name"]) for row in rows} == set(failing)
    for row in rows:
        facts = failing[row["experiment_name"], row["step_name"]]
        failed = [fact for fact in facts if fact.status != "Completed"]
        assert (row["runs"], row["failed"], row["last_run_id"]) == (len(facts), len(failed), failed[-1].id)
        assert row["failure_rate"] == pytest.approx(len(failed) / len(facts))
        assert row["last_failure_time"] == pytest.approx(failed[-1].ended, abs=timedelta(milliseconds=1))
    assert (rows[0]["step_name"], rows[0]["failed"]) == ("Fetch Prices", 3)
    assert "supplier 4711 gave no answer within 30.1 s" in rows[0]["last_error_message"]


def test_a_canceled_step_has_not_failed_and_a_lost_one_has(insights):
    insights.run("canceled", parent="p", started=NOON, seconds=60, status="Canceled", step_name="Train")
    assert insights.ask("top_failing_steps") == []
    insights.run("lost", parent="p", started=NOON, seconds=60, status="NotResponding", step_name="Train")
    assert [(row["runs"], row["failed"]) for row in insights.ask("top_failing_steps")] == [(1, 1)]


def test_parameters_choose_failures(insights):
    insights.run("a", parent="p", started=NOON, seconds=60, status="Failed", experiment_name="alpha")
    insights.run("b", parent="q", started=NOON + timedelta(days=1), seconds=60, status="Failed", submitted_by="Grace")

    def steps(**lets):
        return {row["step_name"] for row in insights.ask("top_failing_steps", **lets)}
    assert steps() == {"a", "b"}
    assert steps(experiment="alpha") == steps(until=NOON + timedelta(days=1)) == {"a"}
    assert steps(submitter="Grace") == steps(since=NOON + timedelta(days=1)) == {"b"}
