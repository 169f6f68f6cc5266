"""The runs of a workspace that ended in a period, as if an event had told of each."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from azure_access.errors import MonitorError
from azure_access.workspaces import WorkspaceId

from .. import statuses
from ..events.parsing import RunEvent, is_run_id
from .connection import limited
from .workspace_runs import Experiment, WorkspaceRuns

PAGE_SECONDS = 120.0  # for one page of a list, waits for a throttling service included
_LONGEST_RUN = timedelta(days=30)  # runs are listed by their creation


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to but not including `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some runs, or why those of an experiment, or their rest, cannot be listed."""

    events: Sequence[RunEvent] = ()
    problem: str | None = None


def page_deadline() -> Deadline:
    return Deadline(PAGE_SECONDS, is_patient=True)


def list_ended(runs: WorkspaceRuns, workspace: WorkspaceId, period: Period, experiment_name: str | None,
               source: str) -> Iterator[Page]:
    """Steps are among them. An experiment that fails keeps no other from being listed; raises MonitorError where not
    even the experiments can be."""
    for experiment in _find_experiments(runs, experiment_name):
        pages = runs.list_created(experiment, period.since - _LONGEST_RUN)
        try:
            while (page := _next(pages)) is not None:
                yield Page([_as_event(run, workspace, experiment, source) for run in page if _ended_in(run, period)])
        except MonitorError as exc:
            yield Page(problem=str(exc))


def _find_experiments(runs: WorkspaceRuns, name: str | None) -> list[Experiment]:
    """One that is archived is in no list, but known by its name."""
    with limited(page_deadline()):
        listed = runs.list_experiments()
    named = [experiment for experiment in listed if experiment.name == name]
    return listed if name is None else named or [Experiment(None, name)]


def _next(pages: Iterator[list[Fields]]) -> list[Fields] | None:
    with limited(page_deadline()):
        return next(pages, None)


def _ended_in(run: Fields, period: Period) -> bool:
    """A run that was canceled before it started may have no end."""
    ended = run.time("endTimeUtc") or run.time("createdUtc")
    return (is_run_id(run.value("runId")) and run.text("status") in statuses.ENDED
            and ended is not None and period.since <= ended < period.until)


def _as_event(run: Fields, workspace: WorkspaceId, experiment: Experiment, source: str) -> RunEvent:
    return RunEvent(
        id=None, type="", time=None, workspace=workspace, run_id=run.text("runId") or "",
        run_status=run.text("status") or "", run_type=run.text("runType"),
        experiment_id=run.text("experimentId") or experiment.id, experiment_name=experiment.name,
        tags=run.fields("tags").members, properties={}, source=source)
