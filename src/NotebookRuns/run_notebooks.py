"""The function that a message on the queue calls: starts the notebooks' runs, and returns in seconds.

What passes is waited out within the call, below the five minutes that a message is locked for; only what lasts longer
is given back. What no waiting mends ends the pipeline's task, with the reason in its log. A message without a plan has
nobody to be told, and becomes a dead letter.
"""
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from azure_access.deadline import Deadline
from azure_access.defects import describe_defect, telling_the_host
from azure_access.errors import IdentityError, InFlightError, MonitorError, SettingsError
from azure_access.log_texts import log_text

from .errors import InvalidMessageError, NotebookRequestError, NotThereError, UnavailableError
from .opening import Opened, opened
from .requests.messages import parse_message
from .requests.plans import Plan, read_plan
from .starting import Started

LAST_DELIVERY = 10
"""Of a message, before it becomes a dead letter: the queue's default."""
_PAUSE_SECONDS = 5.0
_LAST_SECONDS = 12.0  # to tell how it ended, and once more to clear up: still below the lock's five minutes
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Message:
    """As it came: the task's ids and token are its properties."""

    body: bytes
    properties: Mapping[str, object]
    delivery_count: int


def main(message: Message) -> None:
    """Raises MonitorError where the message is to be delivered again."""
    with telling_the_host():
        app = opened()
        handle(app, message, Deadline(app.settings.timeout_seconds))


def handle(app: Opened, message: Message, deadline: Deadline) -> None:
    """Raises MonitorError where the message is to be delivered again."""
    problems: list[str] = []
    plan = read_plan(message.properties, app.settings.devops_hosts, problems.append)
    if problems:
        raise InvalidMessageError(f"nobody can be told what becomes of the message: {'; '.join(problems)}")
    if _persist(lambda: app.organizations.is_task_over(plan, deadline), deadline):
        _log.info("nothing is started for plan %s: its task is over", plan.plan_id)
        return
    try:
        request = parse_message(message.body, message.properties, app.settings.devops_hosts)
        started = _persist(lambda: app.starter.start(request, deadline), deadline)
    except (SettingsError, InFlightError):
        raise
    except (NotebookRequestError, IdentityError) as exc:
        _fail(app, plan, exc, deadline)
    except UnavailableError as exc:
        if message.delivery_count < LAST_DELIVERY:
            raise
        _fail(app, plan, exc, deadline)
    except Exception as exc:
        _fail(app, plan, describe_defect(exc), deadline)
    else:
        if started:
            _tell(app, plan, started, deadline)
        else:
            _end_unchanged(app, plan, deadline)


def _persist(work: Callable[[], _T], deadline: Deadline) -> _T:
    """Until it succeeds, or the time is over."""
    while True:
        try:
            return work()
        except (UnavailableError, InFlightError) as exc:
            if not deadline.pause(_PAUSE_SECONDS) or not deadline.remaining_seconds():
                raise
            _log.warning("%s: it is tried again", exc)


def _fail(app: Opened, plan: Plan, problem: MonitorError, deadline: Deadline) -> None:
    """The task ends, and what was started for it too. Raises MonitorError where it cannot be told."""
    _log.error("the task of plan %s fails: %s", plan.plan_id, problem)
    _end(app, plan, f"no notebook was run to its end: {problem}", _at_least(deadline), succeeded=False)
    _cancel_started(app, plan, _at_least(deadline))


def _at_least(deadline: Deadline) -> Deadline:
    return deadline if deadline.remaining_seconds() > _LAST_SECONDS else Deadline(_LAST_SECONDS)


def _end_unchanged(app: Opened, plan: Plan, deadline: Deadline) -> None:
    """Unless the message came before, when there were some: they end the task."""
    if not any(list(workspace.history.list_of(plan, deadline)) for workspace in app.workspaces.all):
        _end(app, plan, "no notebook has changed, so none is run", deadline, succeeded=True)


def _end(app: Opened, plan: Plan, text: str, deadline: Deadline, *, succeeded: bool) -> None:
    def tell() -> None:
        app.organizations.write_log(plan, text, deadline)
        app.organizations.complete_task(plan, deadline, succeeded=succeeded)

    try:
        _persist(tell, deadline)
    except NotThereError as exc:
        _log.warning("nobody waits for plan %s any more: %s", plan.plan_id, exc)


def _cancel_started(app: Opened, plan: Plan, deadline: Deadline) -> None:
    """As far as that is possible now: what is left of a task that is over is cancelled by the clock."""
    for workspace in app.workspaces.all:
        try:
            for run in workspace.history.list_of(plan, deadline):
                if not run.has_ended:
                    workspace.history.cancel(run, deadline)
        except MonitorError as exc:
            _log.warning("what was started for plan %s could not be cancelled: %s", plan.plan_id, exc)


def _tell(app: Opened, plan: Plan, started: list[Started], deadline: Deadline) -> None:
    new = [one.run for one in started if one.is_new]
    _log.info("%d runs of %d were started for plan %s: %s", len(new), len(started), plan.plan_id,
              log_text(", ".join(run.run_id for run in new) or "none, as they are there"))
    try:
        if new:
            lines = [f"started: {run.notebook}, run {run.run_id}, test run {run.test_run_id}" for run in new]
            app.organizations.write_to_console(plan, lines, deadline)
    except MonitorError as exc:
        _log.warning("the console of plan %s: %s", plan.plan_id, exc)
