"""What a worker keeps for the life of it, and an event's whole way: parsed, read, recorded, sent."""
import hashlib
import logging
import uuid
from collections.abc import Mapping, Sequence
from typing import NoReturn

from azure_access.deadline import Deadline
from azure_access.defects import describe_defect
from azure_access.errors import InFlightError, RetryableError, TelemetryError, UnexpectedError
from azure_access.log_texts import log_text

from .events.parsing import Event, InvalidEvent, OtherEvent, RunEvent, parse
from .events.repeats import RecordedEvents
from .records.record import Record, invalid_event, refused_record, run_detail
from .runs.reader import RunReader
from .settings import Settings
from .stores.sinks import Sink

_SHOWN = 20  # events that an error names
_SENDING_SHARE = 0.3  # of the time of a delivery is kept for sending what was read

_log = logging.getLogger(__name__)


class Monitor:
    """What one worker keeps: its settings, its clients and what it has recorded; safe to use from many threads."""

    def __init__(self, settings: Settings, runs: RunReader, sink: Sink):
        self._settings, self._runs, self._sink = settings, runs, sink
        self._repeats = RecordedEvents()

    def handle(self, text: str) -> None:
        """Records every event of the text that can be; then raises the first error of those that could not, which names
        all that are left."""
        seconds = self._settings.delivery_timeout_seconds
        deadline, reading_deadline = Deadline(seconds), Deadline(seconds * (1 - _SENDING_SHARE))
        failures: list[RetryableError] = []
        begun: dict[bytes, RunEvent | InvalidEvent] = {}
        recorded: set[bytes] = set()
        try:
            for event in parse(text, self._settings.workspaces):
                self._begin(event, begun, failures)
            found = self._make_records(begun, reading_deadline, failures)
            unsent = self._send(list(found.values()), deadline, failures)
            recorded = {key for key, record in found.items() if not any(record is one for one in unsent)}
        finally:
            for key in begun:
                self._repeats.end(key, recorded=key in recorded)
        if failures:
            _fail(failures, [event for key, event in begun.items() if key not in recorded])

    def _begin(self, event: Event, begun: dict[bytes, RunEvent | InvalidEvent], failures: list[RetryableError]) -> None:
        """Adds an event that is to be recorded, by its key."""
        if isinstance(event, OtherEvent):
            _log.info("event %s: %s is not recorded", _show(event.id), log_text(event.type))
            return
        if isinstance(event, RunEvent) and event.run_status not in self._settings.recorded_statuses:
            _log.info("event %s: run %s is %s, which is not recorded", _show(event.id), log_text(event.run_id),
                      log_text(event.run_status))
            return
        key = _key(event)
        try:
            if key in begun or not self._repeats.begin(key):
                _log.info("event %s: recorded before", _show(event.id))
                return
        except InFlightError as exc:
            failures.append(exc)
            return
        begun[key] = event

    def _make_records(self, begun: Mapping[bytes, RunEvent | InvalidEvent], deadline: Deadline,
                      failures: list[RetryableError]) -> dict[bytes, Record]:
        """In the order of the events; those of runs that could not be read are not among them."""
        runs = [event for event in begun.values() if isinstance(event, RunEvent)]
        readings = self._runs.read_all(runs, run_detail, deadline)
        found = {}
        for key, event in begun.items():
            try:
                found[key] = next(readings).result() if isinstance(event, RunEvent) else _record_invalid(event)
            except RetryableError as exc:
                failures.append(exc)
            except Exception as exc:
                failures.append(_describe_defect(exc))
        return found

    def _send(self, found: list[Record], deadline: Deadline, failures: list[RetryableError]) -> Sequence[Record]:
        """The records that are still to be sent. What the service refuses for good is recorded as such, because to
        deliver its event again could not mend it."""
        sending = self._sink.send(found, deadline)
        if sending.unsent:
            failures.append(TelemetryError(f"{self._sink.name} did not accept every record: {sending.problem}"))
        for refusal in sending.refusals:
            _log.error("%s refused the record of run %s: %s",
                       self._sink.name, _show(refusal.record.dimensions.get("run_id")), log_text(refusal.reason))
        notes = [refused_record(refusal.record, refusal.reason, self._sink.name) for refusal in sending.refusals]
        noting = self._sink.send(notes, deadline)
        if not noting.unsent and not noting.refusals:
            return sending.unsent
        problem = noting.problem or f"{sending.refusals[0].reason}; check {self._sink.setting}"
        failures.append(TelemetryError(f"{self._sink.name} refuses every record: {problem}"))
        return [*sending.unsent, *(refusal.record for refusal in sending.refusals)]


def _record_invalid(event: InvalidEvent) -> Record:
    record = invalid_event(event)
    _log.warning("event %s is invalid: %s", _show(event.id), log_text(record.dimensions["reason"]))
    return record


def _fail(failures: Sequence[RetryableError], left: Sequence[RunEvent | InvalidEvent]) -> NoReturn:
    """Raises the first of them. Of a delivery that leaves several events it tells which, as far as there is room."""
    for failure in failures[1:]:
        _log.warning("the delivery fails for this reason too: %s", failure)
    if len(left) < 2:
        raise failures[0]
    shown = ", ".join(log_text(event.run_id) if isinstance(event, RunEvent) else _show(event.id)
                      for event in left[:_SHOWN])
    more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
    raise type(failures[0])(f"{failures[0]}. {len(left)} events of the delivery are left for the next: {shown}{more}")


def _key(event: RunEvent | InvalidEvent) -> bytes:
    """Equal for deliveries of the same event; events without an id are never taken for repeats. Small, since many are
    remembered."""
    if event.id is None:
        return uuid.uuid4().bytes
    own = ((event.text,) if isinstance(event, InvalidEvent)
           else (event.workspace.arm_id, event.run_id, event.run_status))
    return hashlib.blake2b("\0".join((event.id, *own)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _describe_defect(exc: Exception) -> UnexpectedError:
    return describe_defect(exc, "monitor", "Event Grid delivers the event again, ")


def _show(event_id: str | None) -> str:
    return log_text(event_id or "without an id")
