"""Stories at another time: what Azure wrote as a time is moved, nothing else changes."""
from datetime import UTC, datetime

import pytest

from local_azure.stories.models import Step, Story
from local_azure.stories.times import event_time, move, parse_time

LAST = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def moved(event, *runs):
    """The event and the runs of a story of one step, moved."""
    [step] = move(Story("file", (), (Step({str(number): run for number, run in enumerate(runs)}, event),)), LAST).steps
    return step.event, *step.runs.values()


def test_the_last_moment_is_then_and_the_others_as_long_before_as_they_were():
    event, run = moved({"eventTime": "2024-02-29T10:00:05Z"},
                       {"createdUtc": "2024-02-28T10:00:00Z", "startTimeUtc": "2024-02-29T09:00:00Z",
                        "endTimeUtc": "2024-02-29T10:00:00Z"})
    assert event == {"eventTime": "2026-03-01T12:00:00Z"}
    assert run == {"createdUtc": "2026-02-28T11:59:55Z", "startTimeUtc": "2026-03-01T10:59:55Z",
                   "endTimeUtc": "2026-03-01T11:59:55Z"}


def test_fractions_and_zones_stay_as_they_were_written():
    event, run = moved({"time": "2026-03-01T10:00:00Z"},
                       {"startTimeUtc": "2026-03-01T09:59:59.1234567+00:00", "endTimeUtc": "2026-03-01T08:00:00.5",
                        "createdUtc": "2026-03-01T11:00:00.700+0200"})
    assert event == {"time": "2026-03-01T12:00:00Z"}
    assert run == {"startTimeUtc": "2026-03-01T11:59:59.1234567+00:00", "endTimeUtc": "2026-03-01T10:00:00.5",
                   "createdUtc": "2026-03-01T13:00:00.700+0200"}


def test_times_are_moved_wherever_azure_wrote_them():
    _, run = moved({"eventTime": "2026-03-01T11:00:00Z"}, {"error": {"time": "2026-03-01T10:30:00Z", "details": [
        {"at": "2026-03-01T10:40:00Z"}]}, "lastModifiedUtc": "2026-03-01T13:00:00Z"})
    assert run == {"error": {"time": "2026-03-01T11:30:00Z", "details": [{"at": "2026-03-01T11:40:00Z"}]},
                   "lastModifiedUtc": "2026-03-01T14:00:00Z"}


@pytest.mark.parametrize("name", ["tags", "properties", "runDefinition", "parameters"])
def test_what_a_user_wrote_stays(name):
    theirs = {"scored_until": "2020-01-01T00:00:00Z", "deeper": ["2020-01-01T00:00:00Z"]}
    assert moved({"eventTime": "2026-03-01T11:00:00Z"}, {name: theirs})[1] == {name: theirs}


@pytest.mark.parametrize("value", [
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-13-45T00:00:00Z", "2024-01-01", "at 2024-01-01T00:00:00Z",
    "2024-01-01T00:00:00Z\n", "٢٠٢٤-01-01T00:00:00Z", 20240101, None, True, 1e300, {}, ""])
def test_what_is_no_time_stays_and_is_no_moment(value):
    assert parse_time(value) is None
    event, run = moved({"eventTime": "2026-03-01T11:00:00Z"}, {"endTimeUtc": value, "tags": value})
    assert (event["eventTime"], run) == ("2026-03-01T12:00:00Z", {"endTimeUtc": value, "tags": value})


def test_a_story_without_a_moment_stays():
    assert moved({"id": 1}, {"status": "Failed"}) == ({"id": 1}, {"status": "Failed"})


def test_a_run_may_be_called_like_what_users_write():
    story = Story("file", (), (Step({"tags": {"endTimeUtc": "2026-03-01T11:00:00Z"}}, {}),))
    assert move(story, LAST).steps[0].runs == {"tags": {"endTimeUtc": "2026-03-01T12:00:00Z"}}


@pytest.mark.parametrize("event", [
    {"eventTime": "2026-03-01T12:00:00Z"}, {"time": "2026-03-01T12:00:00"}, {"event_time": "2026-03-01T14:00:00+02:00"},
    {"eventTime": "soon", "time": "2026-03-01T12:00:00Z"}])
def test_the_time_of_an_event_is_found_in_either_schema(event):
    assert event_time(event) == LAST
