"""The function: an event arrives, the ended run is read, recorded and sent.

Success tells Event Grid that the event needs no more delivery: recorded, of no interest, or beyond repair (which is
recorded too). An exception makes it deliver the event again, and dead-letter it in the end.
"""
import logging
import os
import threading
import uuid

from . import events, records
from .credentials import credential
from .deadline import Deadline
from .errors import RetryableError, TelemetryError
from .events import Event, InvalidEvent, OtherEvent, RunEvent
from .records import Record
from .repeats import RecordedEvents
from .runs import RunReader
from .settings import Settings
from .telemetry import Telemetry

_SENDING_SHARE = 0.3  # of the time of a delivery is kept for sending what was read

_log = logging.getLogger(__name__)
_monitor: "Monitor | None" = None
_building = threading.Lock()


def main(event: str) -> None:
    """Records the ended runs in a request's body: one event or a batch, in the Event Grid schema or as CloudEvents.

    Raises RetryableError when an event could not be recorded now; what could be, was.
    """
    _get_monitor().handle(event)


def _get_monitor() -> "Monitor":
    """Built at the first invocation and kept; while a setting is wrong every invocation fails and tries again."""
    global _monitor
    with _building:
        if _monitor is None:
            logging.getLogger("azure").setLevel(logging.WARNING)  # azure-identity tells of every token it hands out
            settings = Settings.from_environment(os.environ)
            _monitor = Monitor(settings, RunReader(credential(settings)), Telemetry(settings.ingestion))
        return _monitor


class Monitor:
    """What one worker keeps: its settings, its clients and what it has recorded; safe to use from many threads."""

    def __init__(self, settings: Settings, runs: RunReader, telemetry: Telemetry):
        self._settings, self._runs, self._telemetry = settings, runs, telemetry
        self._repeats = RecordedEvents()

    def handle(self, text: str) -> None:
        """Records every event of the text that can be; then raises the first error of those that could not."""
        seconds = self._settings.delivery_timeout_seconds
        deadline, reading_deadline = Deadline(seconds), Deadline(seconds * (1 - _SENDING_SHARE))
        failures: list[RetryableError] = []
        begun: dict[str, Record | None] = {}
        sent = False
        try:
            for event in events.parse(text, self._settings.workspaces):
                try:
                    self._collect(event, begun, reading_deadline)
                except RetryableError as exc:
                    failures.append(exc)
            self._send([record for record in begun.values() if record], deadline)
            sent = True
        finally:
            for key, record in begun.items():
                self._repeats.end(key, recorded=sent and record is not None)
        if failures:
            raise failures[0]

    def _send(self, found: list[Record], deadline: Deadline) -> None:
        """What the service refuses for good is recorded as such: to deliver its event again could not mend it."""
        refusals = self._telemetry.send(found, deadline)
        for refusal in refusals:
            _log.error("Application Insights refused the record of run %s: %s",
                       refusal.record.dimensions.get("run_id"), refusal.reason)
        notes = [records.refused_record(refusal.record, refusal.reason) for refusal in refusals]
        if self._telemetry.send(notes, deadline):
            raise TelemetryError(f"Application Insights refuses every record: {refusals[0].reason}; check "
                                 "APP_INSIGHTS_CONNECTION_STRING")

    def _collect(self, event: Event, begun: dict[str, Record | None], deadline: Deadline) -> None:
        """Adds the event's key and record to `begun`; a key without a record is an event that could not be read."""
        if self._is_of_no_interest(event):
            return
        key = _key(event)
        if key in begun or not self._repeats.begin(key):
            _log.info("event %s: recorded before", event.id)
            return
        begun[key] = None
        begun[key] = self._record(event, deadline)

    def _is_of_no_interest(self, event: Event) -> bool:
        if isinstance(event, OtherEvent):
            _log.info("event %s: %s is not recorded", event.id, event.type)
            return True
        if isinstance(event, RunEvent) and event.run_status not in self._settings.recorded_statuses:
            _log.info("event %s: run %s is %s, which is not recorded", event.id, event.run_id, event.run_status)
            return True
        return False

    def _record(self, event: RunEvent | InvalidEvent, deadline: Deadline) -> Record:
        if isinstance(event, InvalidEvent):
            record = records.invalid_event(event)
            _log.warning("event %s is invalid: %s", event.id, record.dimensions["reason"])
            return record
        return records.run_detail(event, self._runs.read(event, deadline))


def _key(event: RunEvent | InvalidEvent) -> str:
    """Equal for deliveries of the same event; events without an id are never taken for repeats."""
    if event.id is None:
        return uuid.uuid4().hex
    if isinstance(event, InvalidEvent):
        return f"{event.id} {event.text}"
    return f"{event.id} {event.workspace.arm_id} {event.run_id} {event.run_status}"
