"""Schedules that started no run at their time, or more than one."""
import json
from datetime import UTC, datetime, timedelta

import pytest

MONDAY = datetime(2022, 10, 3, 6, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def start(insights):
    """A run for each time that is due: so many days after Monday morning; it is submitted a little later."""
    def one(*days, schedule="nightly", tags=None, run_id="{}", late=timedelta(seconds=3), seconds=600, **dimensions):
        for day in days:
            due = MONDAY + day * DAY
            told = {"submitted_by": "timer", "schedule": schedule, "scheduled_time": f"{due:%Y-%m-%dT%H:%M:%SZ}"}
            insights.run(run_id.format(day), started=due + late, seconds=seconds,
                         tags=json.dumps(told if tags is None else tags), **dimensions)
    return one


def missed(insights, day, **lets):
    """The days whose run is missing, seen from a time so many days after Monday morning."""
    rows = insights.ask("scheduled_runs", at=MONDAY + day * DAY, **lets)
    return [(row["scheduled_time"] - MONDAY) / DAY for row in rows if row["finding"] == "missed"]


def test_what_was_missed_and_doubled_in_the_sample_week(week, pipeline_facts, now):
    """The schedule of the prices stopped after the evening of its third day; a run of the night was submitted again."""
    rows = week.ask("scheduled_runs", at=now)
    last = max(fact.created for fact in pipeline_facts if fact.experiment == "price-sync").replace(second=0)
    twelve_hours = [last.replace(microsecond=0) + timedelta(hours=12 * number) for number in (4, 3, 2, 1)]
    assert [(row["scheduled_time"], row["schedule"]) for row in rows if row["finding"] == "missed"] == [
        (time, "prices/schedule") for time in twelve_hours]
    [doubled] = [row for row in rows if row["finding"] == "started twice"]
    nights = [fact for fact in pipeline_facts if fact.name == "churn-nightly"]
    again = next(fact for fact in nights if fact.submitted_by == "Grace Hopper")
    night = next(fact for fact in nights if fact.status == "Failed")
    assert (doubled["experiment_name"], doubled["schedule"], doubled["runs"]) == ("churn-training", "churn", 2)
    assert doubled["run_ids"] == ", ".join(sorted([again.id, night.id]))
    assert doubled["scheduled_time"] == night.created.replace(second=0, microsecond=0)


def test_a_time_without_a_run_is_missed_as_soon_as_it_would_have_ended(insights, start):
    """After twice as long as the longest run, from its time to its end."""
    start(0, 1, 3)
    assert missed(insights, 4 + timedelta(seconds=1205) / DAY) == [2]
    start(2)
    assert missed(insights, 4 + timedelta(seconds=1207) / DAY) == [4]
    assert missed(insights, 4.02, patience=timedelta(hours=1)) == []


def test_weekends_are_no_days_of_a_schedule_that_never_ran_on_one(insights, start):
    start(0, 1, 2, 3, 4, 7)
    assert missed(insights, 7.5) == []
    start(5, run_id="saturday")
    assert missed(insights, 7.5) == [6]


def test_a_time_of_day_is_due_after_some_runs(insights, start):
    start(0, 0.5, 1, 1.5, 3, 3.7)
    assert missed(insights, 4.3) == [4, 2]
    assert missed(insights, 4.3, least_runs=2) == [4, 3.5, 2.5, 2]


def test_a_week_between_two_runs_may_be_usual(insights, start):
    start(0, 7, 14)
    assert missed(insights, 21.5, history=30 * DAY) == [21]
    assert missed(insights, 21.5) == []  # of which too few runs are known


def test_a_run_an_hour_off_is_that_of_the_time(insights, start):
    """Where summer time begins or ends, the schedule goes on at another time of UTC."""
    start(0, 1, 2)
    start(*(day + 1 / 24 for day in (3, 4, 5)))
    assert missed(insights, 5.9) == []


def test_of_a_schedule_of_every_hour_a_run_an_hour_off_is_another(insights, start):
    start(*(hour / 24 for hour in range(4 * 24) if hour != 80))
    assert [round(day * 24) for day in missed(insights, 4)] == [80]


def test_a_run_in_progress_has_been_started(insights, start):
    start(0, 1, 2)
    insights.run("step", parent="p", root_run_id="p", started=MONDAY + 3 * DAY + timedelta(minutes=5), seconds=60)
    assert missed(insights, 3.9) == []


def test_without_a_told_time_the_minute_of_the_submission_counts(insights, start):
    start(0, 1, 2, 4, tags={"submitted_by": "schedule", "schedule": "nightly"})
    assert missed(insights, 4.5) == [3]


def test_two_runs_of_one_time_are_told_with_both(insights, start):
    start(0, 1)
    start(1, run_id="again", late=timedelta(hours=3))
    start(1, run_id="other", schedule="weekly")
    start(1, run_id="other experiment", experiment_name="b")
    [row] = insights.ask("scheduled_runs", at=MONDAY + 1.5 * DAY)
    assert (row["finding"], row["runs"], row["run_ids"]) == ("started twice", 2, "1, again")
    assert (row["scheduled_time"], row["started_by"]) == (MONDAY + DAY, "timer")
    assert row["run_url"] == "https://ml.azure.com/runs/again"


def test_runs_without_a_schedule_and_steps_are_none_of_it(insights, start):
    start(0, 1, 2, tags={"team": "a"})
    start(0, 1, 2, 4, parent="p", root_run_id="p", run_id="step {}")
    start(0, 1, 2, tags="no JSON", run_id="text {}")
    assert insights.ask("scheduled_runs", at=MONDAY + 9 * DAY) == []


def test_parameters_choose_schedules(insights, start):
    start(0, 1, 2, submitted_by="Grace", experiment_name="alpha")
    assert missed(insights, 3.5, submitter="Grace", experiment="alpha") == [3]
    assert missed(insights, 3.5, submitter="Ada") == missed(insights, 3.5, experiment="beta") == []
