"""How much slower is recording for the columns that are kept of a record?

The same records go in as traces, of whose dimensions columns are kept, and as custom events, of which none are; each
with its span, as the function sends them. Both take turns, and CPU time is measured, so that other work on the machine
does not count.
"""
import time
from datetime import datetime, timezone
from typing import Any

from rich.console import Console

from local_azure.application_insights.kept_dimensions import LISTS, TEXTS, TIMES
from local_azure.application_insights.models import TelemetryStore

MOST_TIMES = 2

_KEY = "the benchmark's"
_TIMES = 5  # of each; the best one counts
_RECORDS = 100


def tell(console: Console) -> bool:
    """Whether the time is at most MOST_TIMES that without kept columns."""
    rounds = [(_cpu_seconds("EventData"), _cpu_seconds("MessageData")) for _ in range(_TIMES)]
    without, kept = map(min, zip(*rounds, strict=True))
    times = kept / without
    console.print(f"{kept / _RECORDS * 1000:.1f} ms of CPU for a record and its span, {times:.2f} times as long as"
                  f" without kept columns: at most {MOST_TIMES}, {'reached' if times <= MOST_TIMES else 'missed'}")
    return times <= MOST_TIMES


def _cpu_seconds(kind: str) -> float:
    now = datetime.now(timezone.utc)
    bodies = [[_item(kind, number, now), _item("RequestData", number, now)] for number in range(_RECORDS)]
    store = TelemetryStore(instrumentation_key=_KEY)
    try:
        started = time.process_time()
        for body in bodies:
            store.accept(body, now)
        store.counts()  # then all of it is stored
        return time.process_time() - started
    finally:
        store.close()


def _item(kind: str, number: int, now: datetime) -> dict[str, Any]:
    names = {*TEXTS, *(name for of in LISTS.values() for name in of.names)}
    numbers = {name for of in LISTS.values() if of.function != "tostring" for name in of.names}
    dimensions = {name: str(1_700_000_000_000 + number) if name in numbers else f"{name} {number}" for name in names}
    dimensions |= dict.fromkeys(TIMES, now.isoformat().replace("+00:00", "Z"))
    own = {"MessageData": {"message": "{}"}, "EventData": {"name": "{}"},
           "RequestData": {"id": "1", "duration": "00:00:01", "responseCode": "200"}}[kind]
    return {"iKey": _KEY, "name": kind, "time": now.isoformat(), "tags": {"ai.operation.id": "1"},
            "data": {"baseType": kind, "baseData": {**own, "properties": dimensions}}}
