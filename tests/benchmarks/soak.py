"""Events at full speed while a tenth of all requests fails and a worker is killed ten times: is anything lost?

Run with `make soak`, or with several workers that take the events of one topic at once: `make soak workers=3`. It shows
its progress, prints what became of the events, and ends with exit code 1 when an event was not recorded or a worker
grew. Event Grid's clock runs as many times faster than the wall's that no event is too old when it gives up.
"""
import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import psutil
from rich.console import Console
from tabulate import tabulate

from local_azure.clock import ScaledClock
from local_azure.cloud import LocalAzure
from local_azure.commands.publishing import publish, show_progress
from local_azure.control.models import Fault
from local_azure.options import Options
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.loading import load
from local_azure.subscriptions import MONITOR

from . import scaled_out
from .targets import MOST_TIMES_MEMORY, MOST_TIMES_THREADS

EVENTS = 5_000
EVENTS_OF_SEVERAL = 20_000
KILLS = 10
DISTURBED_SHARE = 0.1
CALM_SHARE = 0.3  # of the events, after the last kill: long enough to see whether a worker grows
WARM_SHARE = 0.06  # of the events, from the last kill until its successor is warm
LIMIT_SECONDS = 900  # for 5,000 events or fewer, and in proportion for more
DAY_SECONDS = 24 * 3600  # after which Event Grid delivers an event no more
FASTEST = 100  # times, of Event Grid's clock
FAULTS = [
    *(Fault("machine_learning", status) for status in (404, 429, 500, 503)),
    *(Fault("machine_learning", kind=kind) for kind in ("reset", "half")),
    *(Fault("application_insights", status) for status in (408, 429, 500, 503)),
    *(Fault("application_insights", 429, kind=kind) for kind in ("reset", "part")),
    Fault("identity", kind="reset")]


@dataclass(frozen=True)
class Size:
    """Of a worker's process."""

    resident_mb: float
    threads: int

    @classmethod
    def of(cls, process_id: int) -> "Size":
        process = psutil.Process(process_id)
        return cls(process.memory_info().rss / 1e6, process.num_threads())


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    count = options.events or (EVENTS if options.workers == 1 else EVENTS_OF_SEVERAL)
    console = Console(highlight=False)
    workspace = load(datetime.now(timezone.utc))
    runs = ended_events(workspace)
    events = [{**runs[n % len(runs)], "id": f"soak {n}"} for n in range(count)]
    host = scaled_out.command(options.workers)
    limit_seconds = LIMIT_SECONDS * max(1, count / EVENTS)
    clock = ScaledClock(min(FASTEST, DAY_SECONDS / limit_seconds))
    with tempfile.TemporaryDirectory() as folder, LocalAzure(
            Path(folder), workspace, Options(clock=clock, functions_host=host)) as azure:
        azure.traffic.disturb(DISTURBED_SHARE, FAULTS)
        started = time.monotonic()
        publish(azure.endpoints, events)
        warm, late = disturb_until_drained(azure, console, count, started + limit_seconds)
        return report(azure, console, count, warm, late, time.monotonic() - started)


def disturb_until_drained(azure: LocalAzure, console: Console, count: int,
                          deadline: float) -> tuple[list[Size], list[Size]]:
    """Kills one worker after the other at even distances; the sizes of all when the last is warm, and at the end."""
    counters = azure.delivery.counters[MONITOR]
    calm_from = round(count * (1 - CALM_SHARE))
    kills_at = [(n + 1) * calm_from // KILLS for n in range(KILLS)]
    warm_at, warm = calm_from + round(count * WARM_SHARE), []
    with show_progress(console) as progress:
        task = progress.add_task("recording", total=count)
        while counters.pending and time.monotonic() < deadline:
            progress.update(task, completed=counters.delivered)
            if kills_at and counters.delivered >= kills_at[0]:
                del kills_at[0]
                os.kill(find_workers(azure)[0], signal.SIGKILL)
                progress.update(task, description=f"recording, killed {KILLS - len(kills_at)} times")
            elif counters.delivered >= warm_at and not warm:
                warm = measure(azure)
            time.sleep(0.05)
        progress.update(task, completed=counters.delivered)
    return warm, measure(azure)


def find_workers(azure: LocalAzure) -> list[int]:
    """Their process ids, that of the oldest first: it is the next to be killed."""
    workers = psutil.Process(azure.worker_process_id).children()
    return [worker.pid for worker in sorted(workers, key=psutil.Process.create_time)]


def measure(azure: LocalAzure) -> list[Size]:
    return [Size.of(process_id) for process_id in find_workers(azure)]


def report(azure: LocalAzure, console: Console, count: int, warm: Sequence[Size], late: Sequence[Size],
           seconds: float) -> int:
    counters = azure.delivery.counters[MONITOR]
    [(records, recorded)] = azure.store.query(
        "traces | where customDimensions.type == 'run_detail' "
        "| summarize count(), dcount(tostring(customDimensions.event_id), 4)").rows
    rows = [
        ("events published", count), ("events recorded", recorded), ("events missing", count - recorded),
        ("records more than events", records - recorded), ("dead-lettered", counters.dead_lettered),
        ("deliveries that failed", counters.retried), ("workers", len(late)), ("times that one was killed", KILLS),
        ("requests that failed on purpose", f"{DISTURBED_SHARE:.0%}"), ("seconds", f"{seconds:.0f}"),
        ("memory of each, warm and at the end", ", ".join(
            f"{before.resident_mb:.0f} and {after.resident_mb:.0f} MB" for before, after in zip(warm, late))),
        ("threads of each", ", ".join(f"{before.threads} and {after.threads}" for before, after in zip(warm, late)))]
    console.print(tabulate(rows, tablefmt="plain"), soft_wrap=True)
    problems = [*(["NOT every event was recorded"] if recorded != count else []),
                *(["a worker GREW"] if has_grown(warm, late) else [])]
    for problem in problems:
        console.print(problem)
    return 1 if problems else 0


def has_grown(warm: Sequence[Size], late: Sequence[Size]) -> bool:
    """Or was not there any more, which nobody wanted."""
    return not warm or len(warm) != len(late) or any(
        after.resident_mb > before.resident_mb * MOST_TIMES_MEMORY
        or after.threads > before.threads * MOST_TIMES_THREADS for before, after in zip(warm, late))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak", description=__doc__.split("\n")[0])
    parser.add_argument("--workers", type=int, default=1, metavar="COUNT",
                        help="how many workers take the events at once (default: %(default)s)")
    parser.add_argument("--events", type=int, metavar="COUNT",
                        help=f"default: {EVENTS:,}, or {EVENTS_OF_SEVERAL:,} for several workers")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
