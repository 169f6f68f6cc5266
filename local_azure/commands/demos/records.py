"""Waiting until the monitor has recorded the runs of a demo."""
import time
from collections.abc import Callable, Sequence

from rich.console import Console

from ...application_insights.models import TelemetryStore
from ..publishing import show_progress

RECORDS = """traces
| where customDimensions.type == 'run_detail' and customDimensions.root_run_id in ({ids})
| extend run_id = tostring(customDimensions.run_id), root_run_id = tostring(customDimensions.root_run_id),
         tags = parse_json(tostring(customDimensions.tags)), run_status = tostring(customDimensions.run_status),
         seconds = round(todouble(customDimensions.execution_time_ms) / 1000, 1)
"""
"""The records of the pipeline runs with these ids, and of what is below them."""

_COUNT = RECORDS + "| summarize dcount(run_id)"
_SECONDS = 60
_POLL_SECONDS = 0.2


def quoted(ids: Sequence[str]) -> str:
    """As `RECORDS` take them."""
    return ", ".join(f"'{one}'" for one in ids)


def wait_for_records(store: TelemetryStore, ids: Sequence[str], total: int, console: Console,
                     pause: Callable[[float], None]) -> bool:
    """Whether that many runs were recorded in time."""
    with show_progress(console) as progress:
        task = progress.add_task("recording", total=total)
        deadline = time.monotonic() + _SECONDS
        while (count := _count(store, ids)) < total and time.monotonic() < deadline:
            progress.update(task, completed=count)
            pause(_POLL_SECONDS)
        progress.update(task, completed=count)
    return count == total


def _count(store: TelemetryStore, ids: Sequence[str]) -> int:
    return int(store.query(_COUNT.format(ids=quoted(ids))).rows[0][0])
