"""Run a working week of pipelines through the function, show what was recorded, stop.

Starts the whole local Azure, publishes an event for every run of the sample workspace to its Event Grid, waits until
all of them are recorded and prints the durations of the steps. Nothing is left running; the telemetry stays for
`python -m local_azure query`.
"""
import argparse
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console

from ..application_insights.routes import answer_v1
from ..clock import ScaledClock
from ..cloud import LocalAzure, Options
from ..scenarios.events import ended_events
from ..scenarios.loading import load
from .failure import CommandError
from .publishing import publish_and_wait
from .starting import STEP_DURATIONS, started
from .tables import format_table

_SPEED = 60  # Event Grid's first retry comes after 10 s in Azure, after a sixth of a second here
_ROWS_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=_ROWS_SHOWN, metavar="N",
                        help="rows of the table to print (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    console = Console(stderr=False, highlight=False)
    workspace = load(datetime.now(timezone.utc))
    events = ended_events(workspace)
    local_azure = LocalAzure(arguments.folder, workspace, Options(clock=ScaledClock(_SPEED)))
    with started(local_azure, console):
        outcome = publish_and_wait(local_azure, events, console)
        answer = answer_v1(local_azure.store.query(STEP_DURATIONS.read_text()))["Tables"][0]
    console.print(f"\n{_show(STEP_DURATIONS)}: how long did each step take?\n", soft_wrap=True)
    console.print(format_table(answer, limit=arguments.rows), soft_wrap=True, markup=False)
    console.print(f"\nevents published {outcome.published}, delivered {outcome.delivered}, "
                  f"recorded {outcome.recorded}, invalid {outcome.invalid}\n", soft_wrap=True)
    if not outcome.is_complete:
        raise CommandError(f"not every event was recorded: {local_azure.functions_log} says why")
    console.print(_NEXT, soft_wrap=True, markup=False)
    return 0


def _show(path: Path) -> str:
    return str(path.relative_to(path.parents[1]))


_NEXT = """What next:
  .venv/bin/python -m local_azure query queries/run_metrics.kql      what ran, where, on what, for how long
  .venv/bin/python -m local_azure query -e "traces | summarize count() by tostring(customDimensions.run_status)"
  make up                                                    the same Azure, kept running, for events of your own"""
