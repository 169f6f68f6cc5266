"""Run the notebooks of samples/notebooks for a build, and show what Azure DevOps was told of them.

Starts a local Azure, and sends the message of an agentless pipeline task. The function takes the repository and submits
a run for each notebook, which papermill executes on this machine; as they end, it reports their cells as test runs, and
ends the pipeline's task: as failed, because a cell of one notebook fails on purpose. Nothing is left running; the
telemetry stays for `python -m local_azure query`.
"""
import argparse
import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from ....clock import ScaledClock
from ....options import Options
from ....scenarios.loading import load
from ....service_bus.models import QueueSettings
from ...failure import CommandError
from ...saying import say
from ...starting import started
from .build import QUEUE, REPOSITORY, Build
from .recorded import Recorded
from .told import attachments, callback, results

SAMPLES = Path(__file__).parents[4] / "samples" / "notebooks"
EXPECTED = {"forecast/forecast.ipynb": "Passed", "sales.ipynb": "Passed", "stock.ipynb": "Failed"}
"""By notebook, how its worst cell ends."""
_NEEDED = ("papermill", "ipykernel", "numpy")
_SPEED = 10  # of Event Grid's pauses


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(arguments: argparse.Namespace) -> int:
    _check_environment()
    console, workspace = Console(highlight=False), load(datetime.now(UTC))
    options = Options(clock=ScaledClock(_SPEED), queues=[QueueSettings(QUEUE, lock_seconds=300)],
                      repositories={REPOSITORY: SAMPLES})
    with started(arguments.folder, workspace, options, console) as (local_azure, signals):
        build = Build(local_azure, workspace.arm_id)
        say(console, "the pipeline's task sends its message, and waits:", *build.send())
        is_over = build.wait(console, signals.pause)
        say(console, "", "test runs in Azure DevOps, a result for each cell:", "", *results(build.test_runs()))
        say(console, "", "attached to them:", *attachments(build.test_runs()))
        say(console, "", "the pipeline's task:", *callback(build.plan))
        recorded = Recorded(local_azure.store, len(EXPECTED))
        is_recorded = recorded.wait(console, signals.pause)
        say(console, "", "recorded of the runs and their notebooks:", "", *recorded.table())
        outcomes = build.outcomes()
    if is_over and is_recorded and outcomes == EXPECTED:
        return 0
    print(f"{arguments.prog}: not every notebook was run, reported and recorded as expected: "
          f"{local_azure.functions_log} says why", file=sys.stderr)
    return 1


def _check_environment() -> None:
    """A run is a process with this Python and its packages."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CommandError(f"notebooks run with the packages of this environment, and it lacks {', '.join(missing)}: "
                           "set it up anew with `make .venv/ready`")
