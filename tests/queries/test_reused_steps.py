"""Steps that took over an earlier run's output, apart from those that ran."""
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.sample_week import percentile

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_reuse_is_counted_by_step_with_what_it_saves(week, facts):
    runs = defaultdict(list)
    for fact in facts:
        if fact.is_step:
            runs[fact.experiment, fact.name].append(fact)
    reused = {step: [fact for fact in facts if fact.is_reused] for step, facts in runs.items()}
    rows = week.ask("reused_steps")
    assert {(row["experiment_name"], row["step_name"]) for row in rows} == {step for step in reused if reused[step]}
    for row in rows:
        step = row["experiment_name"], row["step_name"]
        usual = percentile([fact.seconds for fact in runs[step]
                            if fact.status == "Completed" and not fact.is_reused], 50)
        assert (row["runs"], row["reused"]) == (len(runs[step]), len(reused[step]))
        assert row["reused_share"] == pytest.approx(len(reused[step]) / len(runs[step]))
        assert row["p50_seconds"] == pytest.approx(usual, abs=0.002)
        assert row["saved_hours"] == pytest.approx(len(reused[step]) * usual / 3600, abs=1e-4)
        assert row["last_reused_run_id"] == reused[step][-1].id


def test_a_step_that_only_ever_was_reused_saves_nothing_that_is_known(insights):
    insights.run("a", parent="p", started=NOON, seconds=1, is_reused="true")
    assert [(row["reused"], row["saved_hours"]) for row in insights.ask("reused_steps")] == [(1, None)]


def test_parameters_choose_runs(insights):
    insights.run("a", parent="p", started=NOON, seconds=1, is_reused="true", experiment_name="alpha")
    insights.run("b", parent="q", started=NOON + timedelta(days=1), seconds=1, is_reused="true", submitted_by="Grace")

    def steps(**lets):
        return {row["step_name"] for row in insights.ask("reused_steps", **lets)}
    assert steps() == {"a", "b"}
    assert steps(experiment="alpha") == steps(until=NOON + timedelta(days=1)) == {"a"}
    assert steps(submitter="Grace") == steps(since=NOON + timedelta(days=1)) == {"b"}
