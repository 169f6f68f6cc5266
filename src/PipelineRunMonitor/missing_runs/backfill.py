"""Records runs that ended before the event subscription existed, or whose events were lost.

    python -m PipelineRunMonitor.backfill --since 2026-01-01 [--until 2026-02-01] [--experiment NAME] [--dry-run]

It reads the function's settings from the environment and, as Azure Functions Core Tools do, from local.settings.json.
Stopped, it goes on where it stopped when it is started again: finished runs are noted in the journal. Exit code 0
when everything is recorded, 1 when something could not be listed or recorded, 2 when it cannot do what was asked, 130
when it was interrupted.
"""
import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from azure_access.credentials import credential
from azure_access.errors import MonitorError, SettingsError
from azure_access.log_texts import log_text
from azure_access.times import parse_time
from azure_access.workspaces import WorkspaceId

from ..events.parsing import RunEvent
from ..runs.listing import Page, Period
from ..runs.opening import open_reader
from ..runs.reader import RunReader
from ..settings import Settings
from ..stores.opening import open_recorded, open_sink
from .catch_up import CatchUp, batches

_LOCAL_SETTINGS = Path("local.settings.json")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse(arguments)
    try:
        settings = Settings.from_environment(_environment())
        journal = Journal(options.journal)
        if not options.dry_run:
            journal.add([])  # one that cannot be written is told before anything is asked of Azure
        identity = credential(settings.identity)
        runs = open_reader(settings, identity)
        recorded = open_recorded(settings, identity)
        if recorded is None:
            why = "OTLP only takes records" if settings.otlp else "the connection string has no ApplicationId"
            _say(f"what is recorded cannot be looked up, because {why}: runs may be recorded twice, and queries keep "
                 "the latest record of each")
        catch_up = CatchUp(runs, open_sink(settings, identity), recorded)
        backfill = Backfill(runs, catch_up, journal, is_dry=options.dry_run)
        return backfill.run(settings, Period(options.since, options.until), options.experiment)
    except MonitorError as exc:
        _say(f"backfill: {exc}")
        return 2 if isinstance(exc, (SettingsError, JournalError)) else 1
    except KeyboardInterrupt:
        _say("stopped; started again, it goes on from here")
        return 130


class JournalError(MonitorError):
    """The journal cannot be read or written."""


class Journal:
    """The runs that are finished, one line each, so that a second start leaves them out. Raises JournalError."""

    def __init__(self, path: Path):
        self._path = path
        with _journal_errors(path):
            text = path.read_text("utf-8") if path.exists() else ""
            complete, _, half = text.rpartition("\n")  # a stop may have left the last line half written
            self._finished = set(map(_read_key, complete.splitlines()))
            if half and not half.startswith("["):
                raise ValueError("a line that no backfill has begun")
            if half:
                path.write_text(f"{complete}\n" if complete else "", "utf-8")

    def has(self, event: RunEvent) -> bool:
        return self._key(event) in self._finished

    def add(self, events: Sequence[RunEvent]) -> None:
        with _journal_errors(self._path), self._path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(self._key(event)) + "\n" for event in events)

    @staticmethod
    def _key(event: RunEvent) -> tuple[str, str, str]:
        return event.workspace.arm_id, event.run_id, event.run_status


def _read_key(line: str) -> tuple[str, str, str]:
    """Of a line of a journal. Raises ValueError or TypeError where it is none."""
    key = json.loads(line)
    if not isinstance(key, list) or not all(isinstance(part, str) for part in key):
        raise TypeError("no run")
    workspace, run_id, status = key
    return workspace, run_id, status


@contextmanager
def _journal_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise JournalError(f"the journal {path}: {exc.strerror}: name another one with --journal") from exc
    except (ValueError, TypeError) as exc:
        raise JournalError(f"{path} is no journal of the backfill: name another one with --journal") from exc


class Backfill:
    """Lists first, which is quick and tells how much there is; then records in batches."""

    def __init__(self, runs: RunReader, catch_up: CatchUp, journal: Journal, *, is_dry: bool):
        self._runs, self._catch_up, self._journal, self._is_dry = runs, catch_up, journal, is_dry

    def run(self, settings: Settings, period: Period, experiment: str | None) -> int:
        listed, unlisted = self._list(settings, period, experiment)
        to_do = [event for event in listed if not self._journal.has(event)]
        there, done = len(listed) - len(to_do), 0
        problems: list[tuple[RunEvent, str]] = []
        progress = Progress(len(to_do))
        for batch in batches(to_do):
            missing = self._catch_up.find_missing(batch)
            there += len(batch) - len(missing)
            if not self._is_dry:
                outcome = self._catch_up.record(missing)
                problems += [*outcome.refused, *outcome.failed]
                failed = {event.run_id for event, _ in outcome.failed}
                self._journal.add([event for event in batch if event.run_id not in failed])
                done += len(outcome.recorded)
            else:
                done += len(missing)
            progress.advance(len(batch))
        for problem in unlisted:
            _say(f"not listed: {problem}")
        return max(self._report(len(listed), there, done, problems), 1 if unlisted else 0)

    def _list(self, settings: Settings, period: Period, experiment: str | None) -> tuple[list[RunEvent], list[str]]:
        """The runs, and why those of an experiment or a workspace could not be listed, which keeps no other from it."""
        listed: list[RunEvent] = []
        unlisted: list[str] = []
        for workspace in settings.workspaces:
            for page in self._pages(workspace, period, experiment):
                unlisted += [page.problem] if page.problem else []
                listed += (event for event in page.events if event.run_status in settings.recorded_statuses)
                _show(f"listing the runs of {log_text(workspace.name)}: {len(listed)}")
        _show(f"listed {len(listed)} ended runs\n")
        return sorted(listed, key=lambda event: event.workspace.arm_id), unlisted  # a batch is of one workspace

    def _pages(self, workspace: WorkspaceId, period: Period, experiment: str | None) -> Iterator[Page]:
        try:
            yield from self._runs.list_ended(workspace, period, experiment, "backfill")
        except MonitorError as exc:
            yield Page(problem=str(exc))

    def _report(self, listed: int, there: int, done: int, problems: Sequence[tuple[RunEvent, str]]) -> int:
        for event, reason in problems[:10]:
            _say(f"run {event.run_id} of {event.experiment_name}: {reason}")
        print(f"{listed} listed, {done} {'would be recorded' if self._is_dry else 'recorded'}, {there} already there"
              + (f", {len(problems)} could not be recorded" if problems else ""))
        return 1 if problems else 0


class Progress:
    """One line that is written over, with an estimate of the time left; plain lines where nobody watches."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic):
        self._total, self._done, self._clock, self._started = total, 0, clock, clock()

    def advance(self, count: int) -> None:
        self._done += count
        seconds_left = (self._clock() - self._started) / self._done * (self._total - self._done)
        ended = "\n" if self._done == self._total else ""
        _show(f"{self._done} of {self._total} runs, {_duration(seconds_left)} left{ended}")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _show(text: str) -> None:
    print(f"\r\033[K{text}" if sys.stderr.isatty() else text.rstrip("\n"),
          end="" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)


def _say(text: str) -> None:
    print(log_text(text), file=sys.stderr)


def _environment() -> Mapping[str, str]:
    """The environment wins over local.settings.json in the current folder."""
    try:
        values = json.loads(_LOCAL_SETTINGS.read_text("utf-8-sig"))["Values"] if _LOCAL_SETTINGS.exists() else {}
        if strange := [name for name, value in {**values}.items() if not isinstance(value, str)]:
            raise SettingsError(f"{_LOCAL_SETTINGS}: the value of {', '.join(strange)} is no text: put it into quotes")
        return {**values, **os.environ}
    except (ValueError, LookupError, TypeError) as exc:
        raise SettingsError(f"{_LOCAL_SETTINGS} is no JSON object with Values: mend it") from exc
    except OSError as exc:
        raise SettingsError(f"{_LOCAL_SETTINGS} cannot be read: {exc.strerror}") from exc


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m PipelineRunMonitor.backfill",
                                     description=__doc__.partition("\n")[0], epilog=__doc__.split("\n\n")[2])
    parser.add_argument("--since", required=True, type=_time, metavar="TIME",
                        help="runs that ended from then on: a date, or a time in ISO 8601, UTC by default")
    parser.add_argument("--until", type=_time, default=datetime.now(timezone.utc), metavar="TIME",
                        help="and before then (default: now)")
    parser.add_argument("--experiment", metavar="NAME", help="only runs of this experiment")
    parser.add_argument("--dry-run", action="store_true", help="tell what would be recorded, and record nothing")
    parser.add_argument("--journal", type=Path, default=Path("backfill.jsonl"), metavar="FILE",
                        help="where finished runs are noted (default: %(default)s)")
    options = parser.parse_args(arguments)
    if options.until <= options.since:
        parser.error("--until must be later than --since")
    return options


def _time(text: str) -> datetime:
    try:
        return parse_time(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(f"{text!r} is no date and no time in ISO 8601") from exc
