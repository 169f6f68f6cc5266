"""What the monitor has recorded of the runs, and the function that reports them of their cells."""
import time
from collections.abc import Callable

from rich.console import Console

from ....application_insights.models import TelemetryStore
from ....application_insights.routes import answer_v1
from ...publishing import show_progress
from ...tables import format_table, terminal_width

_SECONDS, _POLL_SECONDS = 60, 0.2
_RECORDS = """traces
| where customDimensions.experiment_name == 'notebooks'
| extend record_type = tostring(customDimensions.type), run_id = tostring(customDimensions.run_id)
| where record_type in ('run_detail', 'notebook_result')
| summarize arg_max(timestamp, *) by run_id, record_type
"""
_COUNT = _RECORDS + "| count"
_ROWS = _RECORDS + """| extend facts = customDimensions
| project record_type, run_status = tostring(facts.run_status), result = tostring(facts.result),
          cells = tostring(facts.cell_count), failed_cell = tostring(facts.failed_cell),
          execution_time_ms = tolong(facts.execution_time_ms), run_id
| order by run_id asc, record_type desc"""


class Recorded:

    def __init__(self, store: TelemetryStore, notebooks: int) -> None:
        self._store, self._total = store, 2 * notebooks

    def wait(self, console: Console, pause: Callable[[float], None]) -> bool:
        """Whether each run and each notebook was recorded in time."""
        with show_progress(console) as progress:
            task = progress.add_task("recording", total=self._total)
            deadline = time.monotonic() + _SECONDS
            while (count := self._count()) < self._total and time.monotonic() < deadline:
                progress.update(task, completed=count)
                pause(_POLL_SECONDS)
            progress.update(task, completed=count)
        return count == self._total

    def table(self) -> list[str]:
        answer = answer_v1(self._store.query(_ROWS))["Tables"][0]
        return format_table(answer, width=terminal_width()).splitlines()

    def _count(self) -> int:
        return int(self._store.query(_COUNT).rows[0][0])
