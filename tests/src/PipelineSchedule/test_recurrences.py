"""When a schedule of Azure Machine Learning starts runs."""
from datetime import UTC, datetime

import pytest

from PipelineSchedule.recurrences import Recurrence, describe, find_next, for_jobs, for_published

START = datetime(2026, 12, 1, 6, 30)
NOW = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)
DAILY = Recurrence(START, frequency="Day")
MONDAYS = Recurrence(START, "W. Europe Standard Time", "Week", 2, hours=(6, 18), week_days=("Monday",))


def test_as_schedules_of_published_pipelines_write_it():
    assert for_published(DAILY) == {
        "Frequency": "Day", "Interval": 1, "StartTime": "2026-12-01T06:30:00", "TimeZone": "UTC"}
    assert for_published(MONDAYS)["Schedule"] == {"Hours": [6, 18], "Minutes": [30], "WeekDays": ["Monday"]}


def test_as_schedules_of_jobs_write_it():
    assert for_jobs(MONDAYS) == {
        "triggerType": "Recurrence", "frequency": "Week", "interval": 2, "startTime": "2026-12-01T06:30:00",
        "timeZone": "W. Europe Standard Time", "schedule": {"hours": [6, 18], "minutes": [30], "weekDays": ["Monday"]}}
    assert for_jobs(Recurrence(START, cron="0 6 * * *")) == {
        "triggerType": "Cron", "expression": "0 6 * * *", "startTime": "2026-12-01T06:30:00", "timeZone": "UTC"}


@pytest.mark.parametrize(("said", "words"), [
    (for_published(DAILY), "every day UTC"),
    (for_published(MONDAYS), "every 2 weeks on Monday at 6, 18 h 30 W. Europe Standard Time"),
    (for_jobs(MONDAYS), "every 2 weeks on Monday at 6, 18 h 30 W. Europe Standard Time"),
    (for_jobs(Recurrence(START, cron="0 6 * * *")), "cron 0 6 * * * UTC"),
    ({}, "every ? UTC"), ({"Frequency": 5, "Schedule": {"Minutes": ["x"]}}, "every ? UTC")])
def test_in_words(said, words):
    assert describe(said) == words


@pytest.mark.parametrize(("when", "time"), [
    (DAILY, datetime(2026, 12, 4, 6, 30, tzinfo=UTC)),
    (Recurrence(START, frequency="Hour", interval=5), datetime(2026, 12, 3, 8, 30, tzinfo=UTC)),
    (Recurrence(datetime(2026, 12, 24), frequency="Week"), datetime(2026, 12, 24, tzinfo=UTC)),
    (MONDAYS, None), (Recurrence(START, frequency="Month"), None),
    *((Recurrence(START, frequency="Day", interval=interval), None) for interval in (10**7, 10**12))])
def test_the_next_time_where_it_follows_from_the_start_alone(when, time):
    assert find_next(for_published(when), NOW) == time
