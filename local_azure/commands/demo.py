"""Run a working week of pipelines through the function, show what was recorded, stop.

Starts the whole local Azure, publishes an event for every run of the sample workspace to its Event Grid, waits until
all of them are recorded and prints the durations of the steps. Nothing is left running; the telemetry stays for
`python -m local_azure query`. A DEMO shows one part instead: `demo DEMO --help` tells what.
"""
import argparse
import shlex
import sys
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console

from ..application_insights.models import QUERY_SECONDS
from ..application_insights.routes import answer_v1
from ..clock import ScaledClock
from ..endpoints import FOLDER
from ..options import Options
from ..scenarios.events import ended_events, published_at
from ..scenarios.loading import load
from .demos.names import DEMOS
from .host_option import add_functions_host, functions_host
from .parsers import add_command
from .publishing import publish_and_wait
from .query_limit import add_query_limit
from .sample_telemetry import add_sample_telemetry
from .starting import started
from .tables import format_table, terminal_width

_STEP_DURATIONS = Path(__file__).parents[2] / "queries" / "step_durations.kql"
_SPEED = 60  # Event Grid's first retry comes after 10 s in Azure, after a sixth of a second here
_ROWS_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=_parse_count, default=_ROWS_SHOWN, metavar="N",
                        help="rows of the table to print (default: %(default)s)")
    add_query_limit(parser)
    add_functions_host(parser)
    demos = parser.add_subparsers(metavar="DEMO", title="demos of one part")
    for name, demo in DEMOS.items():
        add_command(demos, name, demo)


def run(arguments: argparse.Namespace) -> int:
    console = Console(stderr=False, highlight=False)
    workspace = load(datetime.now(timezone.utc))
    events = ended_events(workspace)
    options = Options(clock=ScaledClock(_SPEED), query_seconds=arguments.query_limit or QUERY_SECONDS,
                      **functions_host(arguments))
    with started(arguments.folder, workspace, options, console) as (local_azure, signals):
        now = datetime.now(timezone.utc)
        outcome = publish_and_wait(local_azure, published_at(events, now), console, signals.pause,
                                   meanwhile=lambda: add_sample_telemetry(local_azure, workspace, now))
        answer = answer_v1(local_azure.store.query(_STEP_DURATIONS.read_text("utf-8")))["Tables"][0]
    print("\nqueries/step_durations.kql: how long did each step take?\n")
    print(format_table(answer, arguments.rows, terminal_width()))
    print(f"\nevents published {outcome.published}, delivered {outcome.delivered}, "
          f"recorded {outcome.recorded}, invalid {outcome.invalid}\n")
    if not outcome.is_complete:
        print(f"{arguments.prog}: not every event was recorded: {local_azure.functions_log} says why", file=sys.stderr)
        return 1
    folder = "" if arguments.folder == FOLDER else f" --folder {shlex.quote(str(arguments.folder))}"
    print(_NEXT.format(folder=folder, statuses=_STATUSES))
    return 0


def _parse_count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 up")
    return int(text)


_STATUSES = ("traces | where customDimensions.type == 'run_detail'"
             " | summarize count() by tostring(customDimensions.run_status)")
_NEXT = """What next:
  .venv/bin/python -m local_azure query{folder} queries/run_metrics.kql      what ran, where, on what, for how long
  .venv/bin/python -m local_azure query{folder} -e "{statuses}"
  make up                                                    the same Azure, kept running, for events of your own"""
