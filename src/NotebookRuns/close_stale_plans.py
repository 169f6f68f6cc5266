"""Every five minutes: the plans of which no event tells any more.

Nothing pushes it when somebody cancels a task, or its time is over: its runs are cancelled then. Runs that ended
without an event are reported, and a task whose end could not be told is told it again.
"""
import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from azure_access.deadline import Deadline
from azure_access.defects import describe_defect, telling_the_host
from azure_access.errors import InFlightError, MonitorError

from .machine_learning.run_history import Run
from .machine_learning.workspaces import Workspace
from .opening import Opened, opened
from .reporting import Record
from .requests.plans import Plan
from .runs.identifiers import CLOSED, MARK, OPEN, read_count, read_tags
from .runs.outcomes import was_reported

STARTING_LASTS = timedelta(hours=1)
"""All deliveries of a message are over then: what was not started never will be."""
WAITING_LASTS = timedelta(days=31)
"""No task waits longer: what could not be told until then, as its project was deleted for one, never will be."""
_SECONDS = 240.0
_log = logging.getLogger(__name__)


def main(record: Record) -> None:
    """`record` keeps what became of the cells of a run that is reported. Raises MonitorError where a plan could not be
    looked at; the next time tries again."""
    with telling_the_host():
        close_stale(opened().recording(record), Deadline(_SECONDS))


def close_stale(app: Opened, deadline: Deadline) -> None:
    """Neither a plan nor a run that fails keeps another from being looked at."""
    problems: list[MonitorError] = []
    for workspace in app.workspaces.all:
        try:
            plans = _group(workspace.history.list_with({MARK: "true", OPEN: "true"}, deadline), app)
        except Exception as exc:
            problems.append(exc if isinstance(exc, MonitorError) else describe_defect(exc))
            continue
        for plan, runs in plans.items():
            _attempt(problems, partial(_look_at, app, workspace, plan, runs, deadline, problems))
    for problem in problems[1:]:
        _log.error("%s", problem)
    if problems:
        raise problems[0]


def _attempt(problems: list[MonitorError], work: Callable[[], None]) -> None:
    try:
        work()
    except InFlightError as exc:  # an event is just being handled
        _log.info("%s", exc)
    except MonitorError as exc:
        problems.append(exc)
    except Exception as exc:
        problems.append(describe_defect(exc))


def _group(runs: Iterable[Run], app: Opened) -> dict[Plan, list[Run]]:
    found: dict[Plan, list[Run]] = {}
    for run in runs:
        if notebook := read_tags(run.id, run.tags, app.settings.devops_hosts):
            found.setdefault(notebook.plan, []).append(run)
    return found


def _look_at(app: Opened, workspace: Workspace, plan: Plan, runs: list[Run], deadline: Deadline,
             problems: list[MonitorError]) -> None:
    if all(run.age > WAITING_LASTS for run in runs):
        _log.error("nobody is told any more of plan %s, whose runs are older than %d days", plan.plan_id,
                   WAITING_LASTS.days)
        for run in runs:
            workspace.history.tag(run.id, CLOSED, deadline)
        return
    is_over = app.organizations.is_task_over(plan, deadline)
    for run in runs:
        if run.has_ended and not was_reported(run.tags):
            _attempt(problems, partial(app.reporter.report, workspace, run.id, deadline))
        elif is_over and not run.has_ended:
            _log.info("run %s is cancelled: the task of plan %s is over", run.id, plan.plan_id)
            _attempt(problems, partial(workspace.history.cancel, run, deadline))
    fresh = [workspace.history.find(run.id, deadline) or run for run in runs]
    if not all(was_reported(run.tags) for run in fresh):
        return
    missing = read_count(fresh[0].tags) - len(fresh)
    if missing <= 0:
        app.closer.close_if_done(workspace, plan, deadline)
    elif is_over or all(run.age > STARTING_LASTS for run in fresh):
        app.closer.close(workspace, plan, fresh, deadline, missing=missing)
