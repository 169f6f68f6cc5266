"""The times of a story, and the story at another time.

What Azure wrote as a time is moved, to the second, wherever it stands; fractions and zones stay as they were written.
What a user wrote, in tags, properties or the run definition, stays, as do the first and the last day that .NET knows,
which mean that there is no time.
"""
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from .models import Json, Step, Story, text

_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})"
                   r"((?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)")
_YEARS = range(1990, 2200)
_OF_EVENTS = ("eventTime", "time", "event_time")
_OF_RUNS = ("createdUtc", "createdTimeUtc", "startTimeUtc", "endTimeUtc")
_USERS = frozenset({"tags", "properties", "runTags", "runProperties", "runDefinition", "parameters"})


def move(story: Story, last: datetime) -> Story:
    """The story at the time at which its last moment, of a run or an event, is `last`; without any, as it is."""
    moments = [moment for step in story.steps for moment in _moments(step)]
    if not moments:
        return story
    seconds = (last - max(moments)) // timedelta(seconds=1)
    return replace(story, steps=tuple(
        Step({run_id: _moved(run, seconds) for run_id, run in step.runs.items()}, _moved(step.event, seconds))
        for step in story.steps))


def event_time(event: Json) -> datetime | None:
    return next((time for name in _OF_EVENTS if (time := parse_time(event.get(name)))), None)


def parse_time(value: Any) -> datetime | None:
    """None for what is no time; one without a zone is in UTC."""
    if not _TIME.fullmatch(text(value) or ""):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    if time.year not in _YEARS:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _moments(step: Step) -> Iterator[datetime]:
    found = [event_time(step.event), *(parse_time(run.get(name)) for run in step.runs.values() for name in _OF_RUNS)]
    return (moment for moment in found if moment)


def _moved(value: Any, seconds: int) -> Any:
    if isinstance(value, Mapping):
        return {name: each if name in _USERS else _moved(each, seconds) for name, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, seconds) for each in value]
    found = _TIME.fullmatch(value) if parse_time(value) else None
    if found is None:
        return value
    head, rest = found.groups()
    return (datetime.fromisoformat(head) + timedelta(seconds=seconds)).isoformat() + rest
