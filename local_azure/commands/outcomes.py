"""What became of an event that was played: told by what was recorded meanwhile and by the function's log. Pure."""
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..stories.models import Json, mapping, text

_LOG_LINE = re.compile(r"[-0-9]+ [:,0-9]+ (?P<level>[A-Z]+) \[PipelineRunMonitor\] (?P<text>.*)")
_TIMING = re.compile(r"(?:succeeded|failed) after [0-9]+ ms(?:: )?")
_OF_EVENT = re.compile(r"event \S+(?: \S+)*?: ")
_REFUSED = "refused by "  # how the function's own note begins


class Ending(StrEnum):
    """What became of an event."""

    RECORDED = "recorded"
    OF_NO_INTEREST = "of no interest"
    INVALID = "invalid event"
    REFUSED = "refused"
    DEAD_LETTER = "dead letter"
    PENDING = "not delivered"


GOOD = frozenset({Ending.RECORDED, Ending.OF_NO_INTEREST})
"""How events end with which nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`record` are the dimensions of what was recorded; `reason` says why that is no run; `notes` are what the function
    warned of."""

    event: Json
    ending: Ending
    reason: str = ""
    record: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Log:
    """What the function logged, without the times that it took."""

    told: tuple[str, ...]
    warnings: tuple[str, ...]
    error: str

    @classmethod
    def parse(cls, lines: str) -> "Log":
        found = [(line["level"], _TIMING.sub("", line["text"], count=1)) for line in _LOG_LINE.finditer(lines)]
        by_level = {level: tuple(dict.fromkeys(text for each, text in found if each == level and text))
                    for level in ("INFO", "WARNING", "ERROR")}
        return cls(by_level["INFO"], by_level["WARNING"], next(reversed(by_level["ERROR"]), ""))


def judge_delivered(event: Json, records: Sequence[Mapping[str, str]], log: Log) -> Outcome:
    """The outcome of an event that the function took. One event makes one record, or none where it is of no interest
    or was recorded before."""
    if not records:
        return Outcome(event, Ending.OF_NO_INTEREST, _OF_EVENT.sub("", " ".join(log.told), count=1))
    record = records[-1]
    if record.get("type") == "run_detail":
        return Outcome(event, Ending.RECORDED, "", record, log.warnings)
    reason = record.get("reason", "")
    return Outcome(event, Ending.REFUSED if reason.startswith(_REFUSED) else Ending.INVALID,
                   reason.removeprefix("refused "), record)


def describe(outcome: Outcome) -> list[str]:
    """The lines about one event: what became of it, then what the function warned of."""
    status = outcome.record.get("run_status")
    parts = [f"{outcome.ending:<14}", status and f"{status:<13}", outcome.record.get("step_name"), _run_id(outcome)]
    line = "  ".join(filter(None, [*parts, outcome.reason]))
    return [f"  {line}", *(f"    {note}" for note in outcome.notes)]


def summarize(outcomes: Sequence[Outcome]) -> str:
    """`events played 3: recorded 2, dead letter 1`."""
    counts = Counter(outcome.ending for outcome in outcomes)
    by_ending = ", ".join(f"{ending} {counts[ending]}" for ending in Ending if counts[ending])
    return f"events played {len(outcomes)}: {by_ending}"


def _run_id(outcome: Outcome) -> str:
    """The run of the event; where it names none, the event."""
    data = mapping(outcome.event.get("data"))
    return text(data.get("runId")) or f"event {text(outcome.event.get('id')) or 'without an id'}"
