"""Records ended runs that no event told of: what the backfill and the reconciliation have in common."""
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from azure_access.deadline import Deadline
from azure_access.errors import MonitorError

from ..events.parsing import RunEvent
from ..records.record import Record, run_detail
from ..runs.reader import RunReader
from ..stores.sinks import RecordedRuns, Sink

_BATCH = 50
_THREADS = 8
_RUN_SECONDS = 60.0  # to read one run, waits for a throttling service included
_SENDING_SECONDS = 60.0
_PAUSES_SECONDS = (2.0, 5.0, 15.0)  # before failed runs are tried again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of runs: `refused` ones the store will never take, `failed` ones may succeed later; each of these
    with the reason."""

    recorded: Sequence[RunEvent] = ()
    refused: Sequence[tuple[RunEvent, str]] = ()
    failed: Sequence[tuple[RunEvent, str]] = ()


def batches(events: Sequence[RunEvent]) -> list[list[RunEvent]]:
    """What is looked up and recorded at once: runs of one workspace."""
    found: list[list[RunEvent]] = []
    for event in events:
        if not found or len(found[-1]) == _BATCH or found[-1][0].workspace != event.workspace:
            found.append([])
        found[-1].append(event)
    return found


class CatchUp:
    """`recorded` tells which runs the store has already; without it none is taken for recorded. Nothing is read or sent
    past `limit`, if there is one."""

    def __init__(self, runs: RunReader, sink: Sink, recorded: RecordedRuns | None,
                 sleep: Callable[[float], None] = time.sleep, limit: Deadline | None = None):
        self._runs, self._sink, self._recorded, self._sleep, self._limit = runs, sink, recorded, sleep, limit

    def find_missing(self, events: Sequence[RunEvent]) -> list[RunEvent]:
        """Those whose run is not recorded with its present status; all are of one workspace. Raises RetryableError."""
        if self._recorded is None or not events:
            return list(events)
        there = self._recorded.find(events[0].workspace.name, [event.run_id for event in events])
        return [event for event in events if (event.run_id, event.run_status) not in there]

    def record(self, events: Sequence[RunEvent]) -> Outcome:
        """Reads the runs, a few at a time, and sends their records together; what fails is tried again, with pauses."""
        total = self._try(events)
        for seconds in _PAUSES_SECONDS:
            pause_seconds = seconds * random.uniform(0.5, 1.5)
            if not total.failed or self._limit and pause_seconds >= self._limit.remaining_seconds():
                break
            self._sleep(pause_seconds)
            again = self._try([event for event, _ in total.failed])
            total = Outcome([*total.recorded, *again.recorded], [*total.refused, *again.refused], again.failed)
        return total

    def _try(self, events: Sequence[RunEvent]) -> Outcome:
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="catch-up") as threads:
            found = list(zip(events, threads.map(self._read, events)))
        read = {id(record): event for event, record in found if isinstance(record, Record)}
        sending = self._sink.send([record for _, record in found if isinstance(record, Record)],
                                  self._deadline(_SENDING_SECONDS))
        failed = [(event, record) for event, record in found if isinstance(record, str)]
        failed += [(read.pop(id(record)), sending.problem) for record in sending.unsent]
        refused = [(read.pop(id(refusal.record)), refusal.reason) for refusal in sending.refusals]
        return Outcome(list(read.values()), refused, failed)

    def _read(self, event: RunEvent) -> Record | str:
        """The record, or why there is none."""
        try:
            return run_detail(event, self._runs.read(event, self._deadline(_RUN_SECONDS)))
        except MonitorError as exc:
            return str(exc)
        except Exception as exc:
            return f"{type(exc).__name__}, a defect of the monitor: please report it"

    def _deadline(self, seconds: float) -> Deadline:
        return Deadline(min(seconds, self._limit.remaining_seconds()) if self._limit else seconds, is_patient=True)
