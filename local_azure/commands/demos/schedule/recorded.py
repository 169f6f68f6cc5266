"""What the monitor has recorded of the runs of the demo."""
import time
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console

from ....application_insights.models import TelemetryStore
from ....application_insights.routes import answer_v1
from ...publishing import show_progress
from .pipeline import STEPS

_SECONDS = 60
_POLL_SECONDS = 0.2
_RECORDS = """traces
| where customDimensions.type == 'run_detail' and customDimensions.root_run_id in ({ids})
| extend run_id = tostring(customDimensions.run_id), root_run_id = tostring(customDimensions.root_run_id),
         tags = parse_json(tostring(customDimensions.tags)), run_status = tostring(customDimensions.run_status),
         seconds = round(todouble(customDimensions.execution_time_ms) / 1000, 1)
"""
_COUNT = _RECORDS + "| summarize dcount(run_id)"
_PIPELINE_RUNS = _RECORDS + """| where run_id == root_run_id
| project submitted_by = tostring(tags.submitted_by), schedule = tostring(tags.schedule), run_status, seconds, run_id
| order by submitted_by asc"""
_STEPS = _RECORDS + """| where run_id != root_run_id
| project step_name = tostring(customDimensions.step_name), run_status, seconds,
          script = tostring(customDimensions.script), root_run_id,
          started = tolong(customDimensions.start_time_utc_ms)
| order by root_run_id asc, started asc
| project-away started"""


class Recorded:
    """Of the pipeline runs with these ids, and of their steps."""

    def __init__(self, store: TelemetryStore, run_ids: Sequence[str]):
        self._store, self._ids = store, ", ".join(f"'{run_id}'" for run_id in run_ids)
        self._total = len(run_ids) * (1 + len(STEPS))

    def wait(self, console: Console, pause: Callable[[float], None]) -> bool:
        """Whether each was recorded in time."""
        with show_progress(console) as progress:
            task = progress.add_task("recording", total=self._total)
            deadline = time.monotonic() + _SECONDS
            while (count := self._count()) < self._total and time.monotonic() < deadline:
                progress.update(task, completed=count)
                pause(_POLL_SECONDS)
            progress.update(task, completed=count)
        return count == self._total

    def pipeline_runs(self) -> dict[str, Any]:
        """A table in Kusto's shape, as that of the steps."""
        return self._ask(_PIPELINE_RUNS)

    def steps(self) -> dict[str, Any]:
        return self._ask(_STEPS)

    def _count(self) -> int:
        return int(self._store.query(_COUNT.format(ids=self._ids)).rows[0][0])

    def _ask(self, query: str) -> dict[str, Any]:
        table: dict[str, Any] = answer_v1(self._store.query(query.format(ids=self._ids)))["Tables"][0]
        return table
