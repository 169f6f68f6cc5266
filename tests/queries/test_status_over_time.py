"""Pipeline runs by status and time."""
from collections import Counter
from datetime import UTC, datetime, timedelta

NOON = datetime(2022, 10, 5, 12, tzinfo=UTC)


def counts(rows):
    return [(row["bin_start"], row["run_status"], row["runs"]) for row in rows]


def test_every_day_counts_the_ends_of_pipeline_runs_by_status(week, pipeline_facts):
    ends = Counter((fact.ended.replace(hour=0, minute=0, second=0, microsecond=0), fact.status)
                   for fact in pipeline_facts)
    assert counts(week.ask("status_over_time")) == [(*key, count) for key, count in sorted(ends.items())]


def test_hours_are_finer(insights):
    insights.run("a", started=NOON, seconds=60)
    insights.run("b", started=NOON + timedelta(minutes=59), seconds=60, status="Failed")
    insights.run("step", parent="a", started=NOON, seconds=60)
    day = NOON.replace(hour=0)
    assert counts(insights.ask("status_over_time")) == [(day, "Completed", 1), (day, "Failed", 1)]
    assert counts(insights.ask("status_over_time", bin_size=timedelta(hours=1))) == [
        (NOON, "Completed", 1), (NOON + timedelta(hours=1), "Failed", 1)]


def test_a_run_in_progress_counts_until_it_has_ended(insights):
    insights.run("a", started=NOON, status="Running")
    assert [row["run_status"] for row in insights.ask("status_over_time")] == ["Running"]
    insights.run("a", started=NOON, seconds=60)
    assert [row["run_status"] for row in insights.ask("status_over_time")] == ["Completed"]
    assert insights.ask("status_over_time", status="Running") == []


def test_runs_of_two_workspaces_may_share_an_id(insights):
    insights.run("a", started=NOON, seconds=60, workspace_name="east")
    insights.run("a", started=NOON, seconds=60, workspace_name="west", status="Failed")
    assert [row["run_status"] for row in insights.ask("status_over_time")] == ["Completed", "Failed"]


def test_several_statuses_can_be_chosen(insights):
    for status in ("Completed", "Failed", "NotResponding"):
        insights.run(status, started=NOON, seconds=60, status=status)
    rows = insights.ask("status_over_time", status="Failed,NotResponding")
    assert [row["run_status"] for row in rows] == ["Failed", "NotResponding"]
