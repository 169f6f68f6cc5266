"""Schedules that Azure Machine Learning itself keeps.

    python -m PipelineSchedule list
    python -m PipelineSchedule create NAME --published ID --experiment NAME --start TIME --frequency Day --hour 6
    python -m PipelineSchedule create NAME --job NAME --experiment NAME --start TIME --cron "0 6 * * 1-5"
    python -m PipelineSchedule enable | disable | delete ID

It reads the settings of the function app from the environment. Exit code 0 when it is done, 1 when Azure refused or
could not be reached, 2 when it cannot do what was asked, 130 when it was interrupted.
"""
import argparse
import logging
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timezone

from azure_access.deadline import Deadline
from azure_access.errors import MonitorError, SettingsError
from azure_access.log_texts import log_text
from command_ending import ended

from .opening import open_api
from .ncrontab import parse_schedule
from .pipelines import GUID, PipelineEndpoint, PublishedPipeline
from .recurrences import FREQUENCIES, WEEK_DAYS, Recurrence
from .refusals import Refusal
from .settings import Settings
from .submissions import read_submission
from .workspace_schedules import Job, WorkspaceSchedule, WorkspaceSchedules

_SECONDS = 120.0
_COLUMNS = ("id", "name", "starts", "experiment", "when", "enabled", "next run", "last run")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "create" and bool(options.cron) == bool(options.frequency):
        parser.error("give one of --frequency and --cron")
    if options.command == "create" and options.cron and not options.job:
        parser.error("--cron is for jobs alone: published pipelines and their endpoints take a --frequency")
    if options.command == "create" and options.cron and (
            options.hour or options.minute or options.week_day or options.interval != 1):
        parser.error("--cron says by itself when: leave out --interval, --hour, --minute and --week-day")
    logging.basicConfig(handlers=[logging.NullHandler()])  # azure-identity says by itself what is told below
    try:
        schedules = WorkspaceSchedules(open_api(Settings.from_environment(os.environ)))
        if sys.stderr.isatty():
            print("asking Azure Machine Learning …", file=sys.stderr)
        print(_run(options, schedules, Deadline(_SECONDS, is_patient=True)))
        return 0
    except MonitorError as exc:
        problems = exc.problems if isinstance(exc, Refusal) else ()  # found here, before anybody was asked
        lines = (str(exc), *(f"{one.field}: {one.message}" for one in problems))
        print("\n".join(map(log_text, lines)), file=sys.stderr)
        return 2 if problems or isinstance(exc, SettingsError) else 1
    except KeyboardInterrupt:  # what Azure has begun by then, the list shows
        return 130


def _run(options: argparse.Namespace, schedules: WorkspaceSchedules, deadline: Deadline) -> str:
    if options.command == "list":
        return _table(schedules.list_all(datetime.now(timezone.utc), deadline))
    if options.command == "create":
        created = schedules.create(options.name, _target(options), read_submission({
            "experiment_name": options.experiment, "parameters": dict(options.parameter),
            "description": options.description}, options.experiment), _recurrence(options), deadline)
        return f"created {log_text(created)}"
    if options.command == "delete":
        if not schedules.delete(options.id, deadline):
            return f"disabled {log_text(options.id)}: a schedule of a published pipeline cannot be deleted"
    else:
        schedules.enable(options.id, options.command == "enable", deadline)
    return f"{options.command}d {log_text(options.id)}"


def _target(options: argparse.Namespace) -> PublishedPipeline | PipelineEndpoint | Job:
    if options.published:
        return PublishedPipeline(options.published)
    return PipelineEndpoint(options.endpoint) if options.endpoint else Job(options.job)


def _recurrence(options: argparse.Namespace) -> Recurrence:
    return Recurrence(options.start, options.time_zone, options.frequency, options.interval, tuple(options.hour),
                      tuple(options.minute), tuple(options.week_day), options.cron)


def _table(found: Sequence[WorkspaceSchedule]) -> str:
    rows = [_COLUMNS, *((
        one.id, one.name, one.starts, one.experiment_name or "", one.when, "yes" if one.is_enabled else "no",
        f"{one.next_time:%Y-%m-%d %H:%M} UTC" if one.next_time else "", one.last_run or "") for one in found)]
    texts = [[log_text(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in texts)


def _parser() -> argparse.ArgumentParser:
    lines = __doc__.split("\n\n")
    parser = argparse.ArgumentParser(prog="python -m PipelineSchedule", description=lines[0], epilog=lines[2])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="all schedules, with their next and last run")
    create = commands.add_parser("create", help="a new schedule")
    create.add_argument("name", type=_listed, metavar="NAME", help="of the schedule, which has to be a new one")
    target = create.add_mutually_exclusive_group(required=True)
    target.add_argument("--published", type=_id, metavar="ID", help="of a published pipeline")
    target.add_argument("--endpoint", type=_id, metavar="ID", help="of a pipeline endpoint")
    target.add_argument("--job", metavar="NAME", help="of an earlier pipeline job, which is run again")
    create.add_argument("--experiment", required=True, metavar="NAME", help="that the runs are in")
    create.add_argument("--start", required=True, type=_time, metavar="TIME",
                        help="first time, such as 2026-12-01T06:00:00; without one Azure would start a run at once")
    create.add_argument("--time-zone", default="UTC", metavar="NAME", help="as Windows calls it (default: %(default)s)")
    create.add_argument("--frequency", choices=FREQUENCIES, help="with --interval: how often")
    create.add_argument("--interval", type=_whole_number, default=1, metavar="N", help="(default: %(default)s)")
    create.add_argument("--hour", type=int, choices=range(24), action="append", default=[], metavar="H",
                        help="of the day; may be given several times, as --minute and --week-day")
    create.add_argument("--minute", type=int, choices=range(60), action="append", default=[], metavar="M")
    create.add_argument("--week-day", choices=WEEK_DAYS, action="append", default=[], metavar="DAY")
    create.add_argument("--cron", type=_cron, metavar="EXPRESSION",
                        help="of a job: minute, hour, *, *, day of the week")
    create.add_argument("--parameter", type=_pair, action="append", default=[], metavar="NAME=VALUE")
    create.add_argument("--description", metavar="TEXT")
    for name in ("enable", "disable", "delete"):
        commands.add_parser(name, help=f"{name} a schedule").add_argument(
            "id", type=_listed, metavar="ID", help="as the list shows it")
    return parser


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")
    except ValueError as exc:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-12-01T06:00:00") from exc


def _id(text: str) -> str:
    if not GUID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no id such as 11111111-1111-1111-1111-111111111111: the studio "
                                         "shows it, and so does the SDK")
    return text


def _listed(text: str) -> str:
    """Dots alone would lead to another address, which is that of the workspace."""
    if not text.strip("."):
        raise argparse.ArgumentTypeError(f"{text!r} is no name and no id of a schedule")
    return text


def _cron(text: str) -> str:
    """Azure Machine Learning looks at no day of the month and at no month, and says nothing of those that are there."""
    fields = text.split()
    try:
        if fields[2:4] != ["*", "*"]:
            raise SettingsError("a day or a month is named")
        parse_schedule(f"0 {text}")
    except SettingsError as exc:
        raise argparse.ArgumentTypeError(f"{text!r} is not minute, hour, *, * and day of the week, such as 0 6 * * 1-5"
                                         ) from exc
    return text


def _whole_number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(ended("python -m PipelineSchedule", main))
