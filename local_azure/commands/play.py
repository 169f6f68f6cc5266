"""Play what happened in a workspace of your own: from files, through the same Event Grid and function, on this machine.

A file holds a story (what the run history said, and the event that followed, step by step), or what you have in hand:
one run as the Studio shows it ("Raw JSON"), one event in either schema, or a list of these. What belongs to one tree
of runs is played together, whichever of the files it is in. Starts a local Azure with nothing else in it, waits for the
end of every event and prints what was recorded, and what was not and why. The telemetry stays for
`python -m local_azure query`.

Ends with 0 when every event was recorded or is of no interest, with 1 when one was not, and with 2, before anything is
played, when a file cannot be understood.
"""
import argparse
import shlex
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from rich.console import Console

from ..certificates import trust
from ..clock import ScaledClock
from ..cloud import LocalAzure
from ..endpoints import FOLDER
from ..options import Options
from ..scenarios.models import Workspace
from ..stories.assembling import assemble
from ..stories.models import Story
from ..stories.reading import BadFilesError, Piece, read
from ..stories.times import move
from ..stories.workspaces import workspaces_of
from .event_files import find_files
from .failure import CommandError
from .outcomes import GOOD, Ending, Outcome, describe, summarize
from .playing import ATTEMPTS, Player
from .publishing import show_progress
from .running import stay_up
from .saying import say
from .starting import StopSignals, started

_SPEED = 600  # Event Grid's first retry comes after 10 s in Azure, almost at once here
_AGO = timedelta(minutes=2)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", type=Path, metavar="FILE_OR_FOLDER",
                        help="what to play; a folder is searched for .json files, its subfolders too")
    parser.add_argument("--keep", action="store_true", help="stay up until Ctrl-C, with the dashboard, as `up` does")
    parser.add_argument("--keep-times", action="store_true",
                        help="leave all times as they are; else those of each story are moved together, so that its "
                             "last was two minutes ago")
    parser.add_argument("--experiment", metavar="NAME", help="the experiment of runs whose file does not name it")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    workspaces, stories = _read(arguments, datetime.now(UTC))
    options = Options(clock=ScaledClock(_SPEED), subscription={"max_delivery_attempts": ATTEMPTS},
                      other_workspaces=workspaces[1:])
    with started(arguments.folder, workspaces[0], options, console) as (local_azure, signals):
        outcomes = _play(local_azure, workspaces[0], stories, signals, console)
        exit_code = _report(arguments, outcomes, _count_events(stories), local_azure.functions_log)
        if arguments.keep:
            stay_up(local_azure, signals, console)
        else:
            say(console, *_next_steps(arguments.folder).splitlines())
    return exit_code


def _read(arguments: argparse.Namespace, now: datetime) -> tuple[list[Workspace], list[Story]]:
    """The workspaces that the files are about, and their stories at the time at which they are played."""
    files = [file for source in arguments.sources for file in find_files(source, "has nothing to play")]
    try:
        found = read(files)
    except BadFilesError as exc:
        raise CommandError(*exc.problems) from exc
    stories = [each for each in found if isinstance(each, Story)]
    pieces = [each for each in found if isinstance(each, Piece)]
    workspaces = workspaces_of([*(step.event for story in stories for step in story.steps),
                                *(piece.body for piece in pieces if piece.is_event)])
    stories += assemble(pieces, workspaces[0].arm_id, arguments.experiment, now)
    return workspaces, stories if arguments.keep_times else [move(story, now - _AGO) for story in stories]


def _play(local_azure: LocalAzure, workspace: Workspace, stories: Sequence[Story], signals: StopSignals,
          console: Console) -> list[Outcome]:
    """Prints every outcome as it comes."""
    outcomes: list[Outcome] = []
    total = _count_events(stories)
    with (httpx.Client(verify=trust(Path(local_azure.endpoints.certificate_authority)), trust_env=False) as client,
          show_progress(console) as progress):
        task = progress.add_task("playing", total=total)
        player = Player(local_azure, workspace, client, signals.pause)
        try:
            for outcome in _outcomes(player, stories, console):
                outcomes.append(outcome)
                say(console, *describe(outcome))
                progress.advance(task)
        except KeyboardInterrupt:
            console.print(f"stopped after {len(outcomes)} of {total} events")
            raise
    return outcomes


def _outcomes(player: Player, stories: Sequence[Story], console: Console) -> Iterator[Outcome]:
    """None after an event that is still pending: what came then could not be told from it."""
    for story in stories:
        say(console, story.source)
        for outcome in player.play(story):
            yield outcome
            if outcome.ending is Ending.PENDING:
                return


def _report(arguments: argparse.Namespace, outcomes: Sequence[Outcome], total: int, log: Path) -> int:
    print(f"\n{summarize(outcomes)}\n", flush=True)
    problems = []
    if len(outcomes) < total:
        problems.append(f"nothing after the event that is not delivered was played, {total - len(outcomes)} events")
    if not all(outcome.ending in GOOD for outcome in outcomes):
        problems.append(f"not every event was recorded: {log} has all that the function said")
    for problem in problems:
        print(f"{arguments.prog}: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _count_events(stories: Sequence[Story]) -> int:
    return sum(len(story.steps) for story in stories)


def _next_steps(folder: Path) -> str:
    option = "" if folder == FOLDER else f" --folder {shlex.quote(str(folder))}"
    return _NEXT.format(folder=option)


_NEXT = """What next:
  .venv/bin/python -m local_azure query{folder} queries/run_details.kql    everything that is recorded of each run
  .venv/bin/python -m local_azure query{folder} queries/failed_pipeline_runs.kql
  the same command with --keep                               the dashboard, in the browser"""
