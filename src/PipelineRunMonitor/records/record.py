"""What is sent: one record for a run that ended, one for an event that is none. Pure; nothing in it is unredacted."""
import hashlib
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from redaction.redactor import redact, redact_text

from ..events.parsing import InvalidEvent, RunEvent
from ..runs.snapshots import RunSnapshot
from . import dimensions, limits, message, spans, texts
from .spans import Span

LIMIT_BYTES = 62_000  # an item has at most 64 KB; the rest is for the envelope around the record

_SEVERITIES = {"Failed": logging.ERROR, "Canceled": logging.WARNING, "NotResponding": logging.WARNING}


@dataclass(frozen=True, slots=True)
class Record:
    """A trace: `severity` is a level of Python's logging, `operation_id` 32 hex digits; and the run's span, if any."""

    message: str
    dimensions: Mapping[str, str]
    severity: int
    operation_id: str
    span: Span | None = None


def run_detail(event: RunEvent, snapshot: RunSnapshot) -> Record:
    """The record of an ended run."""
    found = dimensions.of(event, snapshot)
    hopeless = message.find_hopeless(snapshot.details)
    details = redact(message.without(snapshot.details, hopeless))
    return Record(
        message=message.of(details, _bytes_left(found), [redact_text(path) for path in hopeless]),
        dimensions=found,
        severity=_severity(found),
        operation_id=operation_id(snapshot.root_run_id),
        span=spans.of(found, redact_text(snapshot.run.portal_url or "") or None,
                      redact_text(snapshot.root_portal_url or "") or None))


def invalid_event(event: InvalidEvent) -> Record:
    """The record of an event that no retry can mend: the reason as a dimension, the redacted text as the message."""
    found = limits.fit(redact({"type": "invalid_event", "reason": event.reason, "event_id": event.id,
                               "record_version": dimensions.RECORD_VERSION}))
    text = texts.clean(redact_text(event.text)) if event.text.strip() else "(empty)"  # the service wants some message
    return Record(
        message=texts.shorten_to_bytes(text, message.LIMIT_UNITS, _bytes_left(found)),
        dimensions=found,
        severity=logging.WARNING,
        operation_id=operation_id(event.text))


def refused_record(record: Record, reason: str, store: str = "Application Insights") -> Record:
    """The note that takes the place of a record which the store refused: short and plain, so that nothing in it can
    be the reason again."""
    kept = {name: record.dimensions.get(name) for name in ("event_id", "run_id", "experiment_name", "run_status")}
    found = limits.fit({
        "type": "invalid_event", "reason": texts.shorten(f"refused by {store}: {reason}", 1_000),
        "record_version": dimensions.RECORD_VERSION,
        **{name: texts.shorten(value, 200) for name, value in kept.items() if value}})
    return Record(f"A record was refused by {store}", found, logging.WARNING, record.operation_id)


def operation_id(run_id: str) -> str:
    """The id that ties the runs of one pipeline run together: its GUID's digits, a hash of an id that is no GUID."""
    try:
        return uuid.UUID(run_id).hex
    except ValueError:
        return hashlib.sha256(run_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _severity(found: Mapping[str, str]) -> int:
    """A pipeline run may say that it completed although a step of it failed."""
    usual = logging.WARNING if "failed_step_count" in found else logging.INFO
    return _SEVERITIES.get(found["run_status"], usual)


def _bytes_left(found: Mapping[str, str]) -> int:
    return LIMIT_BYTES - limits.count_bytes(found) - 4 * len(found) - 10  # colons, commas and braces around them
