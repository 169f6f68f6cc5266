"""Start one pipeline in three ways, and show what was recorded of each run.

Starts a local Azure, publishes a pipeline of three steps in its workspace, and starts it by the function
`SubmitPipeline`, by a schedule of the workspace, and by the call that the template of Data Factory declares. The steps
run as processes on this machine; the function records each as it ends. Nothing is left running; the telemetry stays
for `python -m local_azure query`.
"""
import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from rich.console import Console

from ....clock import ScaledClock
from ....cloud import LocalAzure
from ....options import Options
from ....scenarios.loading import load
from ...saying import say
from ...starting import StopSignals, started
from ...tables import format_table, terminal_width
from ..caller import calling
from .pipeline import NAME, STEPS, publish
from .recorded import Recorded
from .submitting import (
    SCHEDULE, create_schedule, manage_schedules, read_status, submit_by_data_factory, submit_by_function,
    wait_for_schedule)

_SETTING = "SUBMITTABLE_PIPELINES"
_SPEED = 10  # a minute of the schedule is six seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(arguments: argparse.Namespace) -> int:
    console, workspace = Console(highlight=False), load(datetime.now(UTC))
    options = Options(clock=ScaledClock(_SPEED), prepare=_publish)
    with started(arguments.folder, workspace, options, console) as (local_azure, signals):
        say(console, f"published the pipeline {NAME}: {', '.join(STEPS)}")
        run_ids = _submit(local_azure, signals, workspace.location, console)
        recorded = Recorded(local_azure.store, run_ids)
        is_complete = recorded.wait(console, signals.pause)
        statuses = [read_status(local_azure, run_id) for run_id in run_ids]
        tables = {"pipeline runs": recorded.pipeline_runs(), "steps": recorded.steps()}
    say(console, f"RunStatus tells of them: {', '.join(statuses)}")
    for name, table in tables.items():
        say(console, "", f"recorded of the {name}:", "", *format_table(table, width=terminal_width()).splitlines())
    if is_complete and set(statuses) == {"Completed"}:
        return 0
    print(f"{arguments.prog}: not every run has completed and was recorded: {local_azure.functions_log} says why",
          file=sys.stderr)
    return 1


def _publish(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Before the functions host starts, as the function is told by a setting what it may start."""
    with calling(environment) as caller:
        return {_SETTING: f"{NAME}=published:{publish(caller)}"}


def _submit(local_azure: LocalAzure, signals: StopSignals, region: str, console: Console) -> list[str]:
    """The ids of the runs."""
    environment = local_azure.function_environment()
    pipeline_id = environment[_SETTING].rpartition(":")[2]
    with calling(environment) as caller:
        with console.status("python -m PipelineSchedule create …"):
            schedule_id = create_schedule(local_azure, pipeline_id, signals.pause)
        say(console, f"created the schedule {SCHEDULE}, a minute of which is {60 // _SPEED} seconds here")
        by_function = submit_by_function(local_azure)
        say(console, f"SubmitPipeline has started run {by_function}")
        by_factory = submit_by_data_factory(local_azure, caller, region, pipeline_id)
        say(console, f"Data Factory's call has started run {by_factory}")
        with console.status("waiting for the schedule …"):
            by_schedule = wait_for_schedule(caller, schedule_id, signals.pause)
            manage_schedules(local_azure, signals.pause, "disable", schedule_id)
            table = manage_schedules(local_azure, signals.pause, "list")
        say(console, f"the schedule has started run {by_schedule}, and is disabled:", *table.splitlines())
    return [by_function, by_factory, by_schedule]
