"""How the cost of one call of the function grows with the event, with the details of its run and with the batch.

Measured without latency, so that only the work shows.
"""
import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from local_azure.scenarios.models import Run
from local_azure.scenarios.storage import signed_url

from .columns import USUAL
from .laboratory import Laboratory
from .measures import Growth, Point
from .processes import Body, SubjectProcess
from .workload import Workload, take

_CALLS = 3  # of each size; the middle one counts
_KB = 1024
_TEXTS_PER_URL = 10  # a signed URL among so many texts: something that has to be found and taken out


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of events and details in KB, of batches in events; in rising order."""

    event_kb: Sequence[int]
    details_kb: Sequence[int]
    batch: Sequence[int]

    @property
    def calls(self) -> int:
        return _CALLS * (len(self.event_kb) + len(self.details_kb) + len(self.batch))


@dataclass(frozen=True, slots=True)
class _Meter:
    """Measures calls of one process of the function."""

    laboratory: Laboratory
    subject: SubjectProcess
    advance: Callable[[], None]

    def measure(self, size: int, bodies: Sequence[Body]) -> Point:
        rounds = [self.laboratory.record(self.subject, [body], self.advance) for body in bodies]
        return Point(size, statistics.median(each.seconds * 1000 for each in rounds),
                     statistics.median(each.cpu_seconds * 1000 for each in rounds))


def measure(laboratory: Laboratory, workload: Workload, sizes: Sizes, advance: Callable[[], None]) -> dict[str, Growth]:
    """By what grows. `advance` is called for each of the calls. Raises SubjectError."""
    event = workload.unrelated[0]
    run = next(run for run in workload.workspace.runs if run.id == event["data"]["runId"])
    with laboratory.no_latency(), laboratory.subject(USUAL, event) as subject:
        meter = _Meter(laboratory, subject, advance)
        return {
            "event_size": Growth("KB", tuple(_measure_event(meter, event, size) for size in sizes.event_kb)),
            "details_size": Growth("KB", tuple(_measure_details(meter, event, run, size) for size in sizes.details_kb)),
            "batch_size": Growth("events", tuple(
                _measure_batch(meter, workload.siblings, size) for size in sizes.batch))}


def _measure_event(meter: _Meter, event: dict, size_kb: int) -> Point:
    return meter.measure(size_kb, [grow_event({**event, "id": f"event of {size_kb} KB, {call}"}, size_kb)
                                   for call in range(_CALLS)])


def _measure_details(meter: _Meter, event: dict, run: Run, size_kb: int) -> Point:
    meter.laboratory.put(grow_run(run, size_kb))
    return meter.measure(size_kb, [{**event, "id": f"details of {size_kb} KB, {call}"} for call in range(_CALLS)])


def _measure_batch(meter: _Meter, events: Sequence[dict], size: int) -> Point:
    return meter.measure(size, [take(events, size, f"batch of {size}, {call}") for call in range(_CALLS)])


def grow_event(event: dict, size_kb: int) -> dict:
    """The event with run properties that give it the size."""
    bare = {**event, "data": {**event["data"], "runProperties": {}}}
    return {**bare, "data": {**bare["data"], "runProperties": _fill(size_kb * _KB - len(json.dumps(bare)))}}


def grow_run(run: Run, size_kb: int) -> Run:
    """The run with details of the size: half of it properties, half the packages of its environment."""
    bare = {name: run.details[name] for name in ("runId", "status", "startTimeUtc", "endTimeUtc", "target")}
    half = (size_kb * _KB - len(json.dumps(bare))) // 2
    definition = {"script": "fit_region.py", "environment": {"python": {
        "condaDependencies": {"dependencies": list(_fill(half).values())}}}}
    return replace(run, details={**bare, "properties": _fill(half), "runDefinition": definition})


def _fill(size_bytes: int) -> dict[str, str]:
    """Texts by name that are about so long as JSON."""
    texts: dict[str, str] = {}
    used = 0
    while used < size_bytes:
        name = f"setting_{len(texts)}"
        texts[name] = (signed_url(name, "user_logs/std_log.txt") if len(texts) % _TEXTS_PER_URL == 0 else
                       f"number {len(texts)} of the settings of this run, which is one of many")
        used += len(name) + len(texts[name]) + len('"": "", ')
    return texts
