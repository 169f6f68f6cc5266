"""How long does each query take once the local store has recorded 100,000 runs?

Run with `python -m tests.benchmarks.store`. It shows its progress, prints a table, and ends with exit code 1 when a
query takes longer than three seconds. The records are those that the function leaves of the sample workspace, copied
over the last 90 days in the table that queries read: each copy has its own ids, run numbers, times and durations.
"""
import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
from rich.console import Console
from rich.progress import Progress
from tabulate import tabulate

from local_azure.application_insights.errors import QueryError
from local_azure.application_insights.models import TelemetryStore
from local_azure.cloud import LocalAzure
from local_azure.commands.publishing import publish, show_progress
from local_azure.folders import STORE_FILE
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.loading import load

RUNS = 100_000
LIMIT_SECONDS = 3
QUERIES = Path(__file__).parents[2] / "queries"

_TIMES_ASKED = 2  # the better one counts
_RECORDING_SECONDS = 120
_AGE = timedelta(days=90)

_IDS = ("run_id", "step_id", "parent_run_id", "root_run_id", "pipelinerunid", "failed_step_run_id", "event_id")
_NUMBERS = ("run_number", "parent_run_number")
_TIMES = ("created_time_utc_ms", "start_time_utc_ms", "end_time_utc_ms")
_COPIES = f"""
INSERT INTO traces
SELECT traces.* REPLACE (
    timestamp - age AS timestamp,
    uuid()::VARCHAR AS "itemId",
    replace(message, customDimensions ->> 'run_id', (customDimensions ->> 'run_id') || '-' || copy) AS message,
    json_merge_patch(customDimensions, to_json({{
        {", ".join(f"'{name}': (customDimensions ->> '{name}') || '-' || copy" for name in _IDS)},
        {", ".join(f"'{name}': ((customDimensions ->> '{name}')::INT + copy * 1000)::VARCHAR" for name in _NUMBERS)},
        {", ".join(f"'{name}': ((customDimensions ->> '{name}')::BIGINT - epoch_ms(age))::VARCHAR" for name in _TIMES)},
        'event_time': strftime((customDimensions ->> 'event_time')::TIMESTAMP - age, '%Y-%m-%dT%H:%M:%S.%fZ'),
        'execution_time_ms':
            ((customDimensions ->> 'execution_time_ms')::BIGINT * (0.5 + random()))::BIGINT::VARCHAR
    }})) AS customDimensions
) FROM traces CROSS JOIN (SELECT copy, copy * $step AS age FROM range(1, $copies) AS _(copy))
LIMIT $missing"""


class NotRecordedError(Exception):
    """The function did not record the sample workspace as it should."""


@dataclass(frozen=True, slots=True)
class QueryTime:
    query: str
    seconds: float
    rows: int


def measure(progress: Progress, runs: int = RUNS) -> list[QueryTime]:
    """The time of every file of queries/, the slowest first. Raises QueryError and NotRecordedError."""
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), runs, progress)
        store = TelemetryStore(Path(folder) / STORE_FILE, instrumentation_key="", read_only=True)
        try:
            files = progress.track(sorted(QUERIES.glob("*.kql")), description="asking")
            return sorted((ask(store, file) for file in files), key=lambda found: -found.seconds)
        finally:
            store.close()


def fill(folder: Path, runs: int, progress: Progress) -> None:
    """Leaves a store with so many recorded runs, at least one, in the folder. Raises NotRecordedError."""
    task = progress.add_task("recording", total=runs)
    workspace = load(datetime.now(timezone.utc))
    events = ended_events(workspace)[:runs]
    with LocalAzure(folder, workspace) as azure:
        publish(azure.endpoints, events)
        azure.drained(_RECORDING_SECONDS)
    progress.update(task, completed=len(events))
    copies = -(-runs // len(events))
    with duckdb.connect(str(folder / STORE_FILE)) as database:
        database.execute(_COPIES, {"step": _AGE / copies, "copies": copies, "missing": runs - len(events)})
        [(recorded,)] = database.execute("SELECT count(*) FROM traces").fetchall()
    if recorded != runs:
        raise NotRecordedError(f"{recorded} of {runs} runs were recorded")
    progress.update(task, completed=recorded)


def ask(store: TelemetryStore, file: Path) -> QueryTime:
    text = file.read_text(encoding="utf-8")
    seconds = []
    for _ in range(_TIMES_ASKED):
        started = time.perf_counter()
        try:
            table = store.query(text)
        except QueryError as exc:
            raise QueryError(f"{file.name}: {exc}") from exc
        seconds.append(time.perf_counter() - started)
    return QueryTime(file.stem, min(seconds), len(table.rows))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.store", description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="how many runs are recorded (default: %(default)s)")
    runs = parser.parse_args(arguments).runs
    if runs < 1:
        parser.error("--runs takes a number from 1 up")
    console = Console(highlight=False)
    try:
        with show_progress(console) as progress:
            found = measure(progress, runs)
    except (QueryError, NotRecordedError) as exc:
        print(f"{parser.prog}: {exc}", file=sys.stderr)
        return 1
    headers = {"query": f"of {runs:,} runs", "seconds": "seconds", "rows": "rows"}
    console.print(tabulate(map(asdict, found), headers, floatfmt=".2f", intfmt=","))
    slow = [timed.query for timed in found if timed.seconds > LIMIT_SECONDS]
    if slow:
        console.print(f"NOT within {LIMIT_SECONDS} s: {', '.join(slow)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
