"""What the monitor has recorded of the runs of the demo."""
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console

from ....application_insights.models import TelemetryStore
from ....application_insights.routes import answer_v1
from ..records import RECORDS, quoted, wait_for_records
from .pipeline import STEPS

_PIPELINE_RUNS = RECORDS + """| where run_id == root_run_id
| project submitted_by = tostring(tags.submitted_by), schedule = tostring(tags.schedule), run_status, seconds, run_id
| order by submitted_by asc"""
_STEPS = RECORDS + """| where run_id != root_run_id
| project step_name = tostring(customDimensions.step_name), run_status, seconds,
          script = tostring(customDimensions.script), root_run_id,
          started = tolong(customDimensions.start_time_utc_ms)
| order by root_run_id asc, started asc
| project-away started"""


class Recorded:
    """Of the pipeline runs with these ids, and of their steps."""

    def __init__(self, store: TelemetryStore, run_ids: Sequence[str]):
        self._store, self._ids = store, run_ids

    def wait(self, console: Console, pause: Callable[[float], None]) -> bool:
        """Whether each was recorded in time."""
        return wait_for_records(self._store, self._ids, len(self._ids) * (1 + len(STEPS)), console, pause)

    def pipeline_runs(self) -> dict[str, Any]:
        """A table in Kusto's shape, as that of the steps."""
        return self._ask(_PIPELINE_RUNS)

    def steps(self) -> dict[str, Any]:
        return self._ask(_STEPS)

    def _ask(self, query: str) -> dict[str, Any]:
        table: dict[str, Any] = answer_v1(self._store.query(query.format(ids=quoted(self._ids))))["Tables"][0]
        return table
