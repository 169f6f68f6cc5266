"""Every hour, where it is turned on: records the runs that ended within the last day and whose events were lost."""
import logging
import os
from datetime import datetime, timedelta, timezone

from azure_access.credentials import credential
from azure_access.errors import MonitorError, SettingsError, TelemetryError
from azure_access.workspaces import WorkspaceId

from ..runs.reader import Period, RunReader
from ..settings import Settings
from ..stores.opening import open_recorded, open_sink
from .catch_up import CatchUp, batches

_DAY = timedelta(days=1)
_GRACE = timedelta(minutes=15)  # an event may be on its way, and Application Insights takes minutes to show a record
_log = logging.getLogger(__name__)


def main() -> None:
    """Raises MonitorError for what could not be compared or recorded; the next hour tries again."""
    try:
        _reconcile_all()
    except MonitorError as exc:
        raise exc from None  # the host logs what led to it too, which may quote what was read


def _reconcile_all() -> None:
    settings = Settings.from_environment(os.environ)
    if not settings.reconciles:
        _log.info("nothing is reconciled, because RECONCILE is not true")
        return
    identity = credential(settings.identity)
    recorded = open_recorded(settings, identity)
    if recorded is None:
        raise SettingsError("RECONCILE needs a connection string with an ApplicationId, to ask what is recorded: take "
                            "APP_INSIGHTS_CONNECTION_STRING anew from the resource's Overview page")
    until = datetime.now(timezone.utc) - _GRACE
    runs = RunReader(identity)
    catch_up = CatchUp(runs, open_sink(settings), recorded)
    for workspace in settings.workspaces:
        _reconcile(runs, catch_up, workspace, Period(until - _DAY, until), settings.recorded_statuses)


def _reconcile(runs: RunReader, catch_up: CatchUp, workspace: WorkspaceId, period: Period,
               statuses: frozenset[str]) -> None:
    ended = [event for page in runs.list_ended(workspace, period, None, "reconcile") for event in page
             if event.run_status in statuses]
    missing = [event for batch in batches(ended) for event in catch_up.find_missing(batch)]
    problems = []
    for batch in batches(missing):
        outcome = catch_up.record(batch)
        problems += [*outcome.refused, *outcome.failed]
    _log.info("%d runs of %s ended within a day, %d of them were not recorded, %d are now",
              len(ended), workspace.name, len(missing), len(missing) - len(problems))
    if problems:
        event, reason = problems[0]
        raise TelemetryError(f"{len(problems)} runs of {workspace.name} could not be recorded, run {event.run_id} among"
                             f" them: {reason}")
