"""The steps of one pipeline run, as a Gantt chart shows them."""
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


@pytest.fixture
def retried(facts):
    """The pipeline run in which a step was preempted and ran again."""
    return next(fact.parent_id for fact in facts if "NodePreempted" in (fact.error_message or ""))


def test_steps_come_in_the_order_of_submission_with_their_times(week, facts, retried):
    pipeline = next(fact for fact in facts if fact.id == retried)
    steps = [fact for fact in facts if fact.parent_id == retried and fact.is_step]
    steps.sort(key=lambda fact: fact.created)
    rows = week.ask("run_steps", run=retried)
    assert [(row["run_id"], row["step_name"], row["run_status"], row["is_reused"]) for row in rows] == [
        (fact.id, fact.name, fact.status, fact.is_reused) for fact in steps]
    assert [row["step_name"] for row in rows].count("Train Churn Model") == 2
    for row, fact in zip(rows, steps):
        assert row["start_offset_seconds"] == pytest.approx(
            (fact.created - pipeline.created).total_seconds(), abs=0.002)
        assert row["queue_seconds"] == pytest.approx(fact.queue_seconds, abs=0.002)
        assert row["duration_seconds"] == pytest.approx(fact.seconds, abs=0.002)
        assert row["error_message"] == (fact.error_message or "")
        assert row["parent_run_number"] == pipeline.number


def test_a_step_that_ended_in_the_queue_waited_and_never_ran(week, facts):
    step = next(fact for fact in facts if fact.started is None)
    row = week.ask("run_steps", run=step.parent_id)[-1]
    assert row["queue_seconds"] == pytest.approx((step.ended - step.created).total_seconds(), abs=0.002)
    assert (row["duration_seconds"], row["start_time"], row["run_status"]) == (None, None, "Canceled")


def test_a_run_in_progress_begins_with_its_first_step(insights):
    insights.run("a", parent="p", started=NOON, seconds=60, queue_seconds=10)
    insights.run("b", parent="p", started=NOON + timedelta(seconds=100), seconds=60, queue_seconds=20)
    assert [row["start_offset_seconds"] for row in insights.ask("run_steps", run="p")] == [0, 90]


def test_without_a_run_it_is_the_one_whose_step_was_recorded_last(week, facts):
    last = [fact for fact in facts if fact.is_step][-1]
    assert week.ask("run_steps") == week.ask("run_steps", run=last.parent_id) != []


def test_a_run_without_steps_is_passed_over_where_none_is_asked_for(insights):
    insights.run("step", parent="p", started=NOON, seconds=60)
    insights.run("script run", started=NOON + timedelta(hours=1), seconds=60)
    assert [row["run_id"] for row in insights.ask("run_steps")] == ["step"]


def test_runs_of_two_workspaces_stay_apart(insights):
    insights.run("a", parent="p", started=NOON, seconds=60, workspace_name="east")
    insights.run("a", parent="p", started=NOON + timedelta(hours=1), seconds=70, workspace_name="west")
    assert [row["duration_seconds"] for row in insights.ask("run_steps", run="p", workspace="east")] == [60]
    assert [(row["workspace_name"], row["start_offset_seconds"]) for row in insights.ask("run_steps", run="p")] == [
        ("east", 0), ("west", 0)]


def test_below_a_step_are_all_that_are_below_its_own_runs(insights):
    """A pipeline in a pipeline, with a sweep in it; what is beside it is not below it."""
    parents = {"nested": "p", "sweep": "nested", "HD": "sweep", "HD_0": "HD", "beside": "p", "HD2": "beside"}
    for run_id, parent in parents.items():
        insights.run(run_id, parent=parent, root_run_id="p", started=NOON, seconds=60)
    insights.run("p", root_run_id="p", started=NOON, seconds=90)
    assert {row["run_id"] for row in insights.ask("run_steps", run="nested")} == {"sweep", "HD", "HD_0"}
    assert {row["run_id"] for row in insights.ask("run_steps", run="HD")} == {"HD_0"}
    assert {row["run_id"] for row in insights.ask("run_steps", run="p")} == set(parents)


def test_no_time_is_less_than_nothing(insights):
    """As the record says it: a node may be behind the service that submitted to it."""
    insights.run("step", parent="p", started=NOON, seconds=-2, queue_seconds=-3)
    [row] = insights.ask("run_steps", run="p")
    assert (row["start_offset_seconds"], row["queue_seconds"], row["duration_seconds"]) == (0, 0, 0)


def test_an_unknown_run_has_no_steps(week):
    assert week.ask("run_steps", run="unknown") == []
