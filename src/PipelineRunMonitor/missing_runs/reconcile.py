"""Every hour, where it is turned on: records the runs that ended within the last day and whose events were lost.

What is not done within two minutes is left to the next hour: a function that ran into the host's `functionTimeout`
would take every other call of its worker along.
"""
import logging
import os
from datetime import datetime, timedelta, timezone

from azure_access.credentials import credential
from azure_access.deadline import Deadline
from azure_access.defects import telling_the_host
from azure_access.errors import MonitorError, RunHistoryError, SettingsError, TelemetryError
from azure_access.log_texts import log_text
from azure_access.workspaces import WorkspaceId

from ..runs.listing import Period
from ..runs.opening import open_reader
from ..runs.reader import RunReader
from ..settings import Settings
from ..stores.opening import open_recorded, open_sink
from .catch_up import CatchUp, Outcome, batches

_DAY = timedelta(days=1)
_GRACE = timedelta(minutes=15)  # an event may be on its way, and Application Insights takes minutes to show a record
LIMIT_SECONDS = 120.0
_log = logging.getLogger(__name__)


def main() -> None:
    """Raises MonitorError for what could not be compared or recorded; the next hour tries again."""
    with telling_the_host():
        _reconcile_all()


def _reconcile_all() -> None:
    settings = Settings.from_environment(os.environ)
    if not settings.reconciles:
        _log.info("nothing is reconciled, because RECONCILE is not true")
        return
    identity = credential(settings.identity)
    recorded = open_recorded(settings, identity)
    if settings.otlp:
        raise SettingsError("RECONCILE needs a store that can be asked what is recorded, which OTLP cannot: set it to "
                            "false, or RECORD_STORE to another")
    if recorded is None:
        raise SettingsError("RECONCILE needs a connection string with an ApplicationId, to ask what is recorded: take "
                            "APP_INSIGHTS_CONNECTION_STRING anew from the resource's Overview page")
    until = datetime.now(timezone.utc) - _GRACE
    runs = open_reader(settings, identity)
    sink, period = open_sink(settings, identity), Period(until - _DAY, until)
    problems: list[MonitorError] = []
    for workspace in settings.workspaces:
        limit = Deadline(LIMIT_SECONDS / len(settings.workspaces))
        catch_up = CatchUp(runs, sink, recorded, limit=limit)
        problems += _reconcile(runs, catch_up, workspace, period, settings.recorded_statuses, limit)
    for problem in problems[1:]:
        _log.error("%s", problem)
    if problems:
        raise problems[0]


def _reconcile(runs: RunReader, catch_up: CatchUp, workspace: WorkspaceId, period: Period,
               statuses: frozenset[str], limit: Deadline) -> list[MonitorError]:
    """What kept runs of the workspace from being listed, compared or recorded; it keeps no others from it."""
    problems: list[MonitorError] = []
    outcomes: list[Outcome] = []
    ended = missing = 0
    try:
        for page in runs.list_ended(workspace, period, None, "reconcile"):
            problems += [RunHistoryError(page.problem)] if page.problem else []
            _check_time(limit, workspace)
            for batch in batches([event for event in page.events if event.run_status in statuses]):
                _check_time(limit, workspace)
                unknown = catch_up.find_missing(batch)
                ended, missing = ended + len(batch), missing + len(unknown)
                outcomes += [catch_up.record(unknown)] if unknown else []
    except MonitorError as exc:
        problems.append(exc)
    failed = [problem for outcome in outcomes for problem in (*outcome.refused, *outcome.failed)]
    _log.info("%d runs of %s ended within a day, %d of them were not recorded, %d are now",
              ended, log_text(workspace.name), missing, missing - len(failed))
    return problems + [TelemetryError(
        f"{len(failed)} runs of {workspace.name} could not be recorded, run {event.run_id} among them: {reason}")
        for event, reason in failed[:1]]


def _check_time(limit: Deadline, workspace: WorkspaceId) -> None:
    if not limit.remaining_seconds():
        raise RunHistoryError(f"not all runs of {workspace.name} could be looked at within {LIMIT_SECONDS:g} seconds: "
                              "the next hour begins anew; if that lasts, run the backfill")
