"""How long does each query take once the local store has recorded 100,000 runs, and how long with a million?

Run with `python -m tests.benchmarks.store`. It shows its progress, prints a table for each size, and ends with exit
code 1 when a query takes longer than it may with so many runs, or when recording is slowed down too much by what makes
the queries fast.
"""
import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from tabulate import tabulate

from local_azure.application_insights.errors import QueryError
from local_azure.application_insights.models import TelemetryStore
from local_azure.commands.publishing import show_progress
from local_azure.folders import STORE_FILE

from . import ingestion
from .recorded_runs import NotRecordedError, fill

LIMITS_SECONDS = {100_000: 0.5, 1_000_000: 3}
"""What a query may take, by the number of runs; another number has the limit of the next one up, or of the last."""
QUERIES = Path(__file__).parents[2] / "queries"

_TIMES_ASKED = 3  # the best one counts


@dataclass(frozen=True, slots=True)
class QueryTime:
    query: str
    seconds: float
    rows: int


def limit_seconds(runs: int) -> float:
    return LIMITS_SECONDS[min((size for size in LIMITS_SECONDS if size >= runs), default=max(LIMITS_SECONDS))]


def measure(progress: Progress, runs: int) -> list[QueryTime]:
    """The time of every file of queries/, the slowest first. Raises QueryError and NotRecordedError."""
    with tempfile.TemporaryDirectory() as folder:
        task = progress.add_task(f"recording {runs:,}", total=runs)
        fill(Path(folder), runs, lambda recorded: progress.update(task, completed=recorded))
        store = TelemetryStore(Path(folder) / STORE_FILE, instrumentation_key="", read_only=True)
        try:
            files = progress.track(sorted(QUERIES.glob("*.kql")), description="asking")
            return sorted((ask(store, file) for file in files), key=lambda found: -found.seconds)
        finally:
            store.close()


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


def tell(console: Console, runs: int, found: Sequence[QueryTime]) -> bool:
    """Whether all queries keep their limit."""
    limit = limit_seconds(runs)
    rows = [(timed.query, timed.seconds, timed.rows, "" if timed.seconds <= limit else "missed") for timed in found]
    headers = (f"of {runs:,} runs", "seconds", "rows", f"{limit:g} s")
    console.print(tabulate(rows, headers, floatfmt=".2f", intfmt=","))
    slow = [timed.query for timed in found if timed.seconds > limit]
    console.print(f"{limit:g} s missed: {', '.join(slow)}\n" if slow else f"{limit:g} s reached by every query\n")
    return not slow


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.store", description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, action="append", help="how many runs are recorded, instead of"
                        f" {' and '.join(f'{size:,}' for size in LIMITS_SECONDS)}; may be repeated")
    sizes = parser.parse_args(arguments).runs or list(LIMITS_SECONDS)
    if min(sizes) < 1:
        parser.error("--runs takes numbers from 1 up")
    console = Console(highlight=False)
    is_reached = []
    try:
        for runs in sizes:
            with show_progress(console) as progress:
                found = measure(progress, runs)
            is_reached.append(tell(console, runs, found))
    except (QueryError, NotRecordedError) as exc:
        print(f"{parser.prog}: {exc}", file=sys.stderr)
        return 1
    is_reached.append(ingestion.tell(console))
    return 0 if all(is_reached) else 1


if __name__ == "__main__":
    sys.exit(main())
