"""Promises about pipelines: the table at the top of the file, and what has become of each."""
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.queries.conftest import QUERIES

TEXT = (QUERIES / "expectations.kql").read_text(encoding="utf-8")
NIGHT = datetime(2022, 10, 6, tzinfo=UTC)  # a Thursday
DAILY = "'sample-ws', 'flight-delay', datetime(2022-10-03 06:00), 1d, '', 2h, 'ada@example.com'"


def at(hour):
    return NIGHT + timedelta(hours=hour)


@pytest.fixture
def promised(insights, tmp_path):
    """Asks the file with other promises in its table, at an hour of that Thursday."""
    def ask(hour, *promises, **lets):
        lines = ",\n    ".join(promises or [DAILY])
        text, count = re.subn(r"\)\[\n.*?\n\];", f")[\n    {lines}\n];", TEXT, flags=re.DOTALL)
        assert count == 1
        (tmp_path / "own.kql").write_text(text, encoding="utf-8")
        return insights.ask(tmp_path / "own.kql", at=at(hour), **lets)
    return ask


@pytest.fixture
def problems(promised):
    """What is wrong with the promises of the last hours."""
    return lambda *arguments: [
        (row["state"], row["problem"]) for row in promised(*arguments, history=timedelta(hours=3))]


def test_the_promises_that_the_sample_week_broke_by_friday_evening(week, now):
    rows = week.ask("expectations", at=now)
    assert [(row["state"], row["experiment_name"], row["problem"]) for row in rows] == [
        ("missed", "price-sync", "did not begin"), ("missed", "price-sync", "did not begin"),
        ("missed", "churn-training", "ended late"), ("missed", "fraud-scoring", "has not ended")]
    assert rows[2]["promise"] == "begin by 2024-03-01 01:15, end by 2024-03-01 02:15 UTC"
    assert rows[2]["completed_time"] > rows[2]["end_by"]
    assert (rows[2]["runs"], rows[2]["run_status"], rows[0]["runs"]) == (1, "Completed", 0)
    assert rows[3]["who_is_told"] == "risk@example.com"


def test_the_examples_alarm_nobody_without_records_of_the_sample_workspace(insights):
    insights.run("other", started=at(1), seconds=60, workspace_name="team-ws")
    assert insights.ask("expectations", at=at(30)) == []
    insights.run("sample", started=at(1), seconds=60)
    assert len(insights.ask("expectations", at=at(30))) > 3


def test_a_promise_of_ones_own_counts_without_any_record(problems):
    own = DAILY.replace("sample-ws", "team-ws")
    assert problems(8, own) == [("missed", "did not begin")]
    assert problems(8) == []


@pytest.mark.parametrize("begun, seconds, status, expected", [
    (5.5, 9000, "Completed", []),
    (5, 4 * 3600, "Completed", [("missed", "ended late")]),
    (5, None, "Running", [("missed", "has not ended")]),
    (5, 3600, "Failed", [("missed", "failed")]),
    (5, 3600, "NotResponding", [("missed", "failed")]),
    (5, 3600, "Canceled", [("missed", "was canceled")]),
    (7, 600, "Completed", [("missed", "began late")]),
    (-19, 600, "Completed", [("missed", "did not begin")]),  # that was the run of the day before
    (-17, 600, "Completed", [("missed", "did not begin")]),  # late, but within the time of that day
    (8.5, 600, "Completed", [("missed", "did not begin")]),
])
def test_when_the_time_is_over(insights, problems, begun, seconds, status, expected):
    insights.run("run", started=at(begun), seconds=seconds, status=status)
    assert problems(9.5) == expected


def test_a_second_attempt_in_time_keeps_the_promise(insights, problems):
    insights.run("first", started=at(5), seconds=600, status="Failed")
    assert problems(5.5) == [("at risk", "failed")]
    insights.run("second", started=at(6.5), seconds=600)
    assert problems(9) == []


def test_a_run_that_usually_takes_longer_than_there_is_time_is_at_risk(insights, problems):
    insights.run("past", started=at(-60), seconds=3 * 3600)
    insights.run("step", parent="present", started=at(5.5), seconds=60)
    assert problems(6) == [("at risk", "likely to end late")]
    insights.run("short", started=at(-59), seconds=600)
    insights.run("shorter", started=at(-58), seconds=600)
    assert problems(6) == []


def test_without_a_sign_of_a_run_it_is_missed_when_it_should_have_ended(insights, problems):
    insights.run("other", started=at(5), seconds=60, experiment_name="another")
    assert problems(5.9) == []
    assert problems(6) == [("at risk", "no sign of a run")]
    assert problems(8) == [("missed", "did not begin")]


def test_where_begins_are_recorded_it_is_missed_at_once(insights, problems):
    insights.run("other", started=at(5), status="Running", experiment_name="another")
    assert problems(5.9) == []
    assert problems(6) == [("missed", "did not begin")]


def test_it_is_due_every_so_often_on_its_days(promised):
    weekly = "'team-ws', 'a', datetime(2022-09-29 06:00), 7d, '', 1h, ''"
    working_days = "'team-ws', 'b', datetime(2022-09-01 06:00), 12h, 'Mon Tue Wed Thu Fri', 1h, ''"
    later = "'team-ws', 'c', datetime(2022-10-07 06:00), 1d, '', 1h, ''"
    found = promised(24 * 5, weekly, working_days, later, history=timedelta(days=6), state="missed")
    due = {name: sorted(row["start_by"] for row in found if row["experiment_name"] == name) for name in "abc"}
    assert due["a"] == [at(6)]
    assert due["b"] == [at(hours) for hours in (-18, -6, 6, 18, 30, 42, 102, 114)]
    assert due["c"] == [at(24 * day + 6) for day in range(1, 5)]


def test_one_workspace_experiment_or_state_can_be_asked_for(promised):
    lines = ["'a-ws', 'a', datetime(2022-10-03 06:00), 1d, '', 1h, ''",
             "'b-ws', 'b', datetime(2022-10-03 06:00), 1d, '', 3h, ''"]
    asked = [[row["experiment_name"] for row in promised(8, *lines, history=timedelta(hours=3), **lets)]
             for lets in ({}, {"workspace": "a-ws"}, {"experiment": "b"}, {"state": "missed"}, {"state": "at risk"})]
    assert asked == [["b", "a"], ["a"], ["b"], ["a"], ["b"]]


def test_runs_of_another_workspace_or_experiment_keep_no_promise(insights, problems):
    insights.run("a", started=at(5), seconds=60, workspace_name="team-ws")
    insights.run("b", started=at(5), seconds=60, experiment_name="another")
    assert problems(9) == [("missed", "did not begin")]


def test_the_name_of_a_workspace_may_be_typed_in_upper_or_lower_case(insights, problems, promised):
    typed = DAILY.replace("sample-ws", "Team-WS")
    insights.run("begun", started=at(5), seconds=60, workspace_name="team-ws")
    assert problems(9, typed) == []
    assert [row["workspace_name"] for row in promised(33, typed, workspace="TEAM-ws", state="missed")] == ["Team-WS"]
