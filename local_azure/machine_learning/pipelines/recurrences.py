"""When a schedule of the pipelines service is due: the times of its recurrence, in UTC, from its start on.

Without a start it begins when it is made, and is due at once. The rules are those of ScheduleRecurrence in
azureml-pipeline-core: hours and minutes count with days and weeks, days of the week with weeks.
"""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from local_azure.machine_learning.errors import ServiceError

_UNITS = {"Minute": timedelta(minutes=1), "Hour": timedelta(hours=1), "Day": timedelta(days=1),
          "Week": timedelta(weeks=1)}
_FREQUENCIES = {"0": "Month", "1": "Week", "2": "Day", "3": "Hour", "4": "Minute"}  # the service's numbers
_WEEK_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST = 1000
_TIME_ZONES = (None, "UTC", "GMT Standard Time")


@dataclass(frozen=True, slots=True)
class Recurrence:
    frequency: str
    interval: int
    start: datetime
    times: tuple[time, ...] = ()
    week_days: tuple[int, ...] = ()

    @classmethod
    def of(cls, declared: Mapping[str, Any], made: datetime) -> "Recurrence":
        """As the SDK declares it, for a schedule that was made then. Raises ServiceError for what it cannot be."""
        frequency = _FREQUENCIES.get(str(declared.get("Frequency")), str(declared.get("Frequency")))
        if frequency not in (*_UNITS, "Month"):
            raise ServiceError(400, f"{frequency!r} is no frequency.")
        interval = declared.get("Interval")
        if isinstance(interval, bool) or not isinstance(interval, int) or not 1 <= interval <= _MOST:
            raise ServiceError(400, f"The interval has to be a whole number from 1 to {_MOST}.")
        if declared.get("TimeZone") not in _TIME_ZONES:
            raise ServiceError(400, f"The time zone {declared['TimeZone']!r} is not known to the local workspace.")
        schedule = declared.get("Schedule") or {}
        start = _parse(declared.get("StartTime")) or made
        hours, minutes = schedule.get("Hours") or (), schedule.get("Minutes") or ()
        try:
            times = tuple(sorted(time(hour, minute) for hour in hours or (start.hour,)
                                 for minute in minutes or (start.minute,))) if hours or minutes else ()
        except (ValueError, OverflowError) as exc:
            raise ServiceError(400, f"The hours or minutes are none: {exc}") from exc
        return cls(frequency, interval, start, times, tuple(_week_day(day) for day in schedule.get("WeekDays") or ()))

    def next(self, after: datetime) -> datetime:
        """The first time that is later."""
        unit = _UNITS.get(self.frequency)
        passed = max((after - self.start) // (self.interval * unit) - 1, 0) if unit else 0
        return next(moment for moment in self._moments(passed * self.interval) if moment > after)

    def _moments(self, first: int) -> Iterator[datetime]:
        for number in count(first, self.interval):
            for moment in self._of_period(number):
                if moment >= self.start:
                    yield moment

    def _of_period(self, number: int) -> list[datetime]:
        """The times within the so manyth minute, hour, day, week or month from the start."""
        if self.frequency == "Month":
            return _month_later(self.start, number)
        begin = self.start + number * _UNITS[self.frequency]
        days = [begin]
        if self.frequency == "Week" and self.week_days:
            monday = begin - timedelta(days=begin.weekday())
            days = [monday + timedelta(days=day) for day in sorted(self.week_days)]
        if self.frequency in ("Minute", "Hour") or not self.times:
            return days
        return [day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
                for day in days for at in self.times]


def _month_later(start: datetime, months: int) -> list[datetime]:
    """The same day of a later month; none where that has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return [start.replace(year=year, month=month + 1)]
    except ValueError:
        return []


def _parse(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ServiceError(400, f"The start {text!r} is no time.") from exc
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _week_day(day: str) -> int:
    if day not in _WEEK_DAYS:
        raise ServiceError(400, f"{day!r} is no day of the week.")
    return _WEEK_DAYS.index(day)
