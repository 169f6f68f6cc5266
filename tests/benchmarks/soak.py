"""5,000 events at full speed while a tenth of all requests fails and the worker is killed ten times: is anything lost?

Run with `make soak`. It shows its progress, prints what became of the events, and ends with exit code 1 when an event
was not recorded. Event Grid's clock runs 100 times faster than the wall's; after 15 minutes it gives up.
"""
import sys
import tempfile
import time
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

EVENTS = 5_000
KILLS = 10
DISTURBED_SHARE = 0.1
CALM_EVENTS = 1_500  # the last ones, after the last kill: long enough to see whether one worker grows
LIMIT_SECONDS = 900
FAULTS = [
    *(Fault("machine_learning", status) for status in (404, 429, 500, 503)),
    *(Fault("machine_learning", kind=kind) for kind in ("reset", "half")),
    *(Fault("application_insights", status) for status in (408, 429, 500, 503)),
    *(Fault("application_insights", 429, kind=kind) for kind in ("reset", "part")),
    Fault("identity", kind="reset")]


@dataclass(frozen=True)
class Size:
    """Of the worker's process."""

    resident_mb: float
    threads: int

    @classmethod
    def of(cls, process_id: int) -> "Size":
        process = psutil.Process(process_id)
        return cls(process.memory_info().rss / 1e6, process.num_threads())


def main() -> int:
    console = Console(highlight=False)
    workspace = load(datetime.now(timezone.utc))
    runs = ended_events(workspace)
    events = [{**runs[n % len(runs)], "id": f"soak {n}"} for n in range(EVENTS)]
    with tempfile.TemporaryDirectory() as folder, LocalAzure(
            Path(folder), workspace, Options(clock=ScaledClock(100))) as azure:
        azure.traffic.disturb(DISTURBED_SHARE, FAULTS)
        started = time.monotonic()
        publish(azure.endpoints, events)
        sizes = disturb_until_drained(azure, console, started + LIMIT_SECONDS)
        seconds = time.monotonic() - started
        return report(azure, console, sizes, seconds)


def disturb_until_drained(azure: LocalAzure, console: Console, deadline: float) -> list[Size]:
    """Kills the worker at even distances; the sizes of the last worker when it was warm, and at the end."""
    counters = azure.delivery.counters[MONITOR]
    kills_at = [(n + 1) * (EVENTS - CALM_EVENTS) // KILLS for n in range(KILLS)]
    warm_at, sizes = EVENTS - CALM_EVENTS + 300, []
    with show_progress(console) as progress:
        task = progress.add_task("recording", total=EVENTS)
        while counters.pending and time.monotonic() < deadline:
            progress.update(task, completed=counters.delivered)
            if kills_at and counters.delivered >= kills_at[0]:
                del kills_at[0]
                azure.restart_functions_host(kill=True)
                progress.update(task, description=f"recording, killed {KILLS - len(kills_at)} times")
            elif counters.delivered >= warm_at and not sizes:
                sizes.append(Size.of(azure.worker_process_id))
            time.sleep(0.05)
        progress.update(task, completed=counters.delivered)
    return [*sizes, Size.of(azure.worker_process_id)]


def report(azure: LocalAzure, console: Console, sizes: list[Size], seconds: float) -> int:
    counters = azure.delivery.counters[MONITOR]
    [(records, recorded)] = azure.store.query(
        "traces | where customDimensions.type == 'run_detail' "
        "| summarize count(), dcount(tostring(customDimensions.event_id), 4)").rows
    rows = [
        ("events published", EVENTS), ("events recorded", recorded), ("events missing", EVENTS - recorded),
        ("records more than events", records - recorded), ("dead-lettered", counters.dead_lettered),
        ("deliveries that failed", counters.retried), ("worker killed", KILLS),
        ("requests that failed on purpose", f"{DISTURBED_SHARE:.0%}"), ("seconds", f"{seconds:.0f}"),
        ("memory of the last worker, warm and at the end", " and ".join(f"{s.resident_mb:.0f} MB" for s in sizes)),
        ("its threads", " and ".join(str(size.threads) for size in sizes))]
    console.print(tabulate(rows, tablefmt="plain"), soft_wrap=True)
    if recorded == EVENTS:
        return 0
    console.print("NOT every event was recorded")
    return 1


if __name__ == "__main__":
    sys.exit(main())
