"""How long runs wait for a compute target."""
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from tests.queries.sample_week import percentile

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def test_queue_times_are_those_of_the_runs_of_a_target(week, facts):
    runs = defaultdict(list)
    for fact in facts:
        if fact.is_on_machine:
            runs[fact.target].append(fact)
    rows = {row["target"]: row for row in week.ask("queue_time")}
    assert set(rows) == set(runs)
    for target, row in rows.items():
        waits = [fact.queue_seconds for fact in runs[target]]
        known = [wait for wait in waits if wait is not None]
        assert (row["runs"], row["never_started"]) == (len(waits), waits.count(None))
        assert row["p50_seconds"] == pytest.approx(percentile(waits, 50), abs=0.002)
        assert row["p95_seconds"] == pytest.approx(percentile(waits, 95), abs=0.002)
        assert row["max_seconds"] == pytest.approx(max(known), abs=0.002)
        assert row["total_hours"] == pytest.approx(sum(known) / 3600, abs=1e-4)
    assert rows["score-cluster"]["never_started"] == 1


def test_the_run_that_waited_longest_is_named(insights):
    insights.run("short", parent="p", started=NOON, seconds=60, queue_seconds=5, target="cpu")
    insights.run("long", parent="q", started=NOON, seconds=60, queue_seconds=500, target="cpu")
    [row] = insights.ask("queue_time")
    assert (row["max_seconds"], row["longest_run_id"], row["run_url"]) == (500, "long", "https://ml.azure.com/runs/q")


def test_where_none_ever_started_none_waited_longest(insights):
    insights.run("lost", parent="p", started=NOON, seconds=60, status="Canceled", target="gpu", queue_time_ms=None,
                 start_time_utc_ms=None, execution_time_ms=None)
    [row] = insights.ask("queue_time")
    assert [row[name] for name in ("runs", "never_started", "max_seconds", "longest_run_id", "run_url")] == [
        1, 1, None, "", ""]


def test_reused_steps_and_runs_without_a_target_are_left_out(insights):
    insights.run("reused", parent="p", started=NOON, seconds=1, target="cpu", is_reused="true")
    insights.run("p", started=NOON, seconds=60)
    assert insights.ask("queue_time") == []
