from datetime import UTC, datetime

import pytest

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.pipelines.recurrences import Recurrence

MADE = datetime(2026, 1, 1, 10, 7, 30, tzinfo=UTC)  # a Thursday


def times(declared, number=3, after=datetime(2026, 1, 1, 10, 7, 29, tzinfo=UTC)):
    recurrence, found = Recurrence.of(declared, MADE), [after]
    for _ in range(number):
        found.append(recurrence.next(found[-1]))
    return [f"{moment:%m-%d %H:%M}" for moment in found[1:]]


def declare(frequency, interval=1, start=None, **schedule):
    return {"Frequency": frequency, "Interval": interval, "StartTime": start, "Schedule": schedule or None}


@pytest.mark.parametrize(("declared", "expected"), [
    (declare("Minute", 15), ["01-01 10:07", "01-01 10:22", "01-01 10:37"]),
    (declare("Hour", 2), ["01-01 10:07", "01-01 12:07", "01-01 14:07"]),
    (declare("3", 2), ["01-01 10:07", "01-01 12:07", "01-01 14:07"]),
    (declare("Day", 2, "2026-01-02T06:30:00"), ["01-02 06:30", "01-04 06:30", "01-06 06:30"]),
    (declare("Day", Hours=[6, 18], Minutes=[30]), ["01-01 18:30", "01-02 06:30", "01-02 18:30"]),
    (declare("Day", Minutes=[15]), ["01-01 10:15", "01-02 10:15", "01-03 10:15"]),
    (declare("Week", 1), ["01-01 10:07", "01-08 10:07", "01-15 10:07"]),
    (declare("Week", 2, WeekDays=["Friday", "Monday"], Hours=[6], Minutes=[0]),
     ["01-02 06:00", "01-12 06:00", "01-16 06:00"]),
    (declare("Month", 1, "2026-01-31T00:00:00Z"), ["01-31 00:00", "03-31 00:00", "05-31 00:00"]),
    (declare("Minute", 1, "0001-01-01T00:00:00"), ["01-01 10:08", "01-01 10:09", "01-01 10:10"]),
    (declare("Hour", 1, "2025-12-31T00:30:00"), ["01-01 10:30", "01-01 11:30", "01-01 12:30"])])
def test_times(declared, expected):
    assert times(declared) == expected


@pytest.mark.parametrize(("changed", "problem"), [
    ({"Frequency": "Year"}, "'Year' is no frequency"), ({"Interval": 0}, "whole number from 1 to 1000"),
    ({"Interval": "1"}, "interval"), ({"Interval": 10 ** 9}, "interval"),
    ({"StartTime": "soon"}, "start 'soon'"), ({"TimeZone": "Tokyo Standard Time"}, "time zone 'Tokyo Standard Time'"),
    ({"Schedule": {"Hours": [24]}}, "hours or minutes are none"),
    ({"Schedule": {"WeekDays": ["Someday"]}}, "'Someday' is no day")])
def test_what_cannot_be_a_recurrence(changed, problem):
    with pytest.raises(ServiceError, match=problem):
        Recurrence.of({**declare("Week"), **changed}, MADE)
