"""The tiles: one row for a time and the time before it."""
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.sample_week import percentile

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def expected(facts, since, until):
    """What the row says of a time, but for the runs in progress."""
    facts = [fact for fact in facts if since <= fact.ended < until]
    statuses = [fact.status for fact in facts if not fact.is_step]
    succeeded, canceled = statuses.count("Completed"), statuses.count("Canceled")
    failed = len(statuses) - succeeded - canceled
    seconds = [fact.seconds for fact in facts if not fact.is_step and fact.status == "Completed"]
    waits = [fact.queue_seconds for fact in facts if fact.is_on_machine]
    return {"runs": len(statuses), "succeeded": succeeded, "failed": failed, "canceled": canceled,
            "success_rate": succeeded / (succeeded + failed),
            "p50_seconds": percentile(seconds, 50), "p95_seconds": percentile(seconds, 95),
            "queue_p50_seconds": percentile(waits, 50), "queue_p95_seconds": percentile(waits, 95)}


def test_the_whole_week_has_nothing_before_it(week, facts, now):
    [row] = week.ask("summary")
    assert {name: row[name] for name in expected(facts, NOON, now)} == pytest.approx(
        expected(facts, NOON, now), abs=0.002)
    assert (row["running"], row["previous_runs"], row["previous_running"]) == (2, 0, 0)
    assert (row["previous_success_rate"], row["previous_p50_seconds"]) == (None, None)


def test_a_day_is_compared_with_the_day_before(week, facts):
    since = datetime(2024, 2, 29, tzinfo=UTC)
    [row] = week.ask("summary", since=since, until=since + DAY)
    day, day_before = expected(facts, since, since + DAY), expected(facts, since - DAY, since)
    assert {name: row[name] for name in day} == pytest.approx(day, abs=0.002)
    assert {name: row[f"previous_{name}"] for name in day} == pytest.approx(day_before, abs=0.002)


def test_running_is_counted_at_the_end_of_each_time(insights):
    insights.run("all along", started=NOON, seconds=5 * 3600)
    insights.run("ended", started=NOON, seconds=60)
    insights.run("step", parent="in progress", started=NOON + timedelta(hours=3), seconds=60)
    insights.run("own record", started=NOON + timedelta(hours=3), status="Running")
    insights.run("begun later", started=NOON + timedelta(hours=9), seconds=60)
    [row] = insights.ask("summary", since=NOON + timedelta(hours=2), until=NOON + timedelta(hours=4))
    assert (row["running"], row["previous_running"]) == (3, 1)


def test_a_run_begins_when_it_or_its_first_step_is_submitted_and_ends_by_its_own_record(insights):
    insights.run("long in the queue", started=NOON + timedelta(hours=3), queue_seconds=2 * 3600, seconds=60)
    insights.run("first", parent="of two steps", started=NOON + timedelta(hours=1), seconds=60)
    insights.run("second", parent="of two steps", started=NOON + timedelta(hours=3), seconds=60)
    insights.run("over", started=NOON, seconds=60)
    insights.run("straggler", parent="over", started=NOON, seconds=9 * 3600, parent_run_status="Completed")
    [row] = insights.ask("summary", since=NOON + timedelta(hours=2), until=NOON + timedelta(hours=2.5))
    assert (row["running"], row["previous_running"]) == (2, 2)


def test_a_run_that_stopped_responding_has_failed_before_and_now(insights):
    insights.run("before", started=NOON, seconds=60, status="NotResponding")
    insights.run("now", started=NOON + DAY, seconds=60, status="NotResponding")
    [row] = insights.ask("summary", since=NOON + DAY, until=NOON + 2 * DAY)
    assert (row["failed"], row["success_rate"], row["previous_failed"], row["previous_success_rate"]) == (1, 0, 1, 0)


def test_steps_and_reused_steps_have_their_place(insights):
    insights.run("step", parent="p", started=NOON, seconds=60, queue_seconds=30, target="cpu")
    insights.run("reused", parent="p", started=NOON, seconds=1, queue_seconds=1, target="cpu", is_reused="true")
    insights.run("p", started=NOON, seconds=90)
    [row] = insights.ask("summary")
    assert (row["runs"], row["p50_seconds"], row["queue_p50_seconds"], row["running"]) == (1, 90, 30, 0)


def test_nothing_is_zeros_and_blanks(insights):
    [row] = insights.ask("summary")
    assert (row["runs"], row["failed"], row["running"], row["success_rate"], row["p95_seconds"]) == (
        0, 0, 0, None, None)


def test_parameters_choose_runs(insights):
    insights.run("a", started=NOON, seconds=60, experiment_name="alpha", submitted_by="Ada")
    insights.run("b", started=NOON, seconds=60, workspace_name="west", submitted_by="Grace")

    def runs(**lets):
        return insights.ask("summary", **lets)[0]["runs"]
    assert (runs(), runs(experiment="alpha"), runs(workspace="west"), runs(submitter="none")) == (2, 1, 1, 0)


def test_runs_of_two_workspaces_may_share_an_id(insights):
    insights.run("a", started=NOON, seconds=60, workspace_name="east")
    insights.run("a", started=NOON, seconds=60, workspace_name="west", status="Failed")
    [row] = insights.ask("summary")
    assert (row["runs"], row["succeeded"], row["failed"]) == (2, 1, 1)


def test_status_leaves_only_runs_that_ended_in_that_way_and_those_in_progress(week, facts, now):
    [row] = week.ask("summary", status="Failed,NotResponding")
    [whole] = week.ask("summary")
    assert (row["runs"], row["succeeded"], row["success_rate"]) == (whole["failed"], 0, 0)
    assert (row["failed"], row["running"]) == (whole["failed"], whole["running"])
