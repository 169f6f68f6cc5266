"""When a timer of Azure Functions is due: NCRONTAB expressions, in UTC. Pure.

Six fields: second, minute, hour, day, month, day of the week, all of which have to fit ("Timer trigger for Azure
Functions"). A field is `*`, a number, a name of a month or day, a range `a-b`, any of these with a step `/n`, or some
of them separated by commas.
"""
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

from azure_access.environment import quote
from azure_access.errors import SettingsError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_RANGES: Sequence[tuple[int, int, Sequence[str]]] = (
    (0, 59, ()), (0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, ("", *_MONTHS)), (0, 6, _DAYS))
_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d+))?", re.ASCII)
_LONGEST = timedelta(days=366 * 8)  # between two 29ths of February


@dataclass(frozen=True, slots=True)
class Schedule:
    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    week_days: frozenset[int]

    def last_time(self, at: datetime) -> datetime | None:
        """The latest time at or before a moment, both in UTC; None where no time ever fits."""
        day = at.date()
        while at.date() - day < _LONGEST:
            if day.month in self.months and day.day in self.days and day.isoweekday() % 7 in self.week_days:
                latest = at.time().replace(microsecond=0) if day == at.date() else time(23, 59, 59)
                if found := self._last_on_day(latest):
                    return datetime.combine(day, found, timezone.utc)
            day -= timedelta(days=1)
        return None

    def _last_on_day(self, latest: time) -> time | None:
        times = (time(hour, minute, second) for hour in sorted(self.hours, reverse=True)
                 for minute in sorted(self.minutes, reverse=True) for second in sorted(self.seconds, reverse=True))
        return next((one for one in times if one <= latest), None)


def parse_schedule(expression: str) -> Schedule:
    """Raises SettingsError."""
    fields = expression.split()
    try:
        if len(fields) != len(_RANGES):
            raise ValueError(f"it has {len(fields)} fields")
        return Schedule(*(_parse(field, *limits) for field, limits in zip(fields, _RANGES)))
    except ValueError as exc:
        raise SettingsError(f"PIPELINE_SCHEDULE is {quote(expression)}, and {exc}: put six fields there, second, "
                            "minute, hour, day, month and day of the week, such as 0 0 6 * * 1-5 for 6:00 UTC on "
                            "workdays") from exc


def _parse(field: str, lowest: int, highest: int, names: Sequence[str]) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{quote(part)} is none of *, a, a-b and these with /n")
        first = _number(match[1], names) if match[1] else lowest
        last = _number(match[2], names) if match[2] else first if match[1] and not match[3] else highest
        step = int(match[3] or 1)
        if not (lowest <= first <= last <= highest and step):
            raise ValueError(f"{quote(part)} is not within {lowest} and {highest}")
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _number(text: str, names: Sequence[str]) -> int:
    folded = text.casefold()
    if folded in names and folded:
        return names.index(folded)
    if not text.isdecimal():
        raise ValueError(f"{quote(text)} is no number")
    return int(text)
