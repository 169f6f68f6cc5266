"""When a schedule of Azure Machine Learning starts runs: as asked for, as both of its APIs write it, in words. Pure.

Times are those of the time zone, whose name is one of Windows. What the service works out of them is not worked out
again here, but for schedules in UTC without hours of the day.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from azure_access.answers import Fields

FREQUENCIES = ("Minute", "Hour", "Day", "Week", "Month")
WEEK_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LENGTHS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1),
            "week": timedelta(weeks=1)}
_FORMAT = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`cron` is there or `frequency` is; schedules of published pipelines have no cron."""

    start: datetime
    time_zone: str = "UTC"
    frequency: str | None = None
    interval: int = 1
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    week_days: tuple[str, ...] = ()
    cron: str | None = None


def for_published(when: Recurrence) -> dict[str, Any]:
    times = _times(when)
    return {"Frequency": when.frequency, "Interval": when.interval, "StartTime": when.start.strftime(_FORMAT),
            "TimeZone": when.time_zone,
            **({"Schedule": {name[0].upper() + name[1:]: value for name, value in times.items()}} if times else {})}


def for_jobs(when: Recurrence) -> dict[str, Any]:
    begin = {"startTime": when.start.strftime(_FORMAT), "timeZone": when.time_zone}
    if when.cron:
        return {"triggerType": "Cron", "expression": when.cron, **begin}
    times = _times(when)
    return {"triggerType": "Recurrence", "frequency": when.frequency, "interval": when.interval, **begin,
            **({"schedule": times} if times else {})}


def _times(when: Recurrence) -> dict[str, Any]:
    if not (when.hours or when.minutes or when.week_days):
        return {}
    return {"hours": list(when.hours or (when.start.hour,)), "minutes": list(when.minutes or (when.start.minute,)),
            **({"weekDays": list(when.week_days)} if when.week_days else {})}


def describe(said: Mapping[str, Any]) -> str:
    """Either API's, in words."""
    found = Fields(said)
    zone = found.text("timeZone") or "UTC"
    if expression := found.text("expression"):
        return f"cron {expression} {zone}"
    interval, frequency = found.whole_number("interval") or 1, (found.text("frequency") or "?").lower()
    days = ", ".join(map(str, found.list("schedule", "weekDays")))
    hours = ", ".join(map(str, found.list("schedule", "hours")))
    minutes = ", ".join(f"{minute:02}" for minute in found.list("schedule", "minutes") if isinstance(minute, int))
    parts = [f"every {frequency}" if interval == 1 else f"every {interval} {frequency}s", days and f"on {days}",
             hours and f"at {hours} h" + (f" {minutes}" if minutes else ""), zone]
    return " ".join(part for part in parts if part)


def find_next(said: Mapping[str, Any], now: datetime) -> datetime | None:
    """None where it takes a calendar or another clock to tell."""
    found = Fields(said)
    length, start = _LENGTHS.get((found.text("frequency") or "").lower()), found.time("startTime")
    if length is None or start is None or found.fields("schedule") or (found.text("timeZone") or "UTC") != "UTC":
        return None
    try:
        step = length * max(1, found.whole_number("interval") or 1)
        passed = max(timedelta(), now.astimezone(timezone.utc) - start)
        return start + -(-passed // step) * step
    except OverflowError:  # never, as far as calendars go
        return None
