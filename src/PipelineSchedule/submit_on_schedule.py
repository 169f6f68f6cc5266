"""The function that starts a run by the clock, once for each time that is due.

Which time that is follows from the clock alone, and is the key of the run: so a timer that fires twice starts one run,
and one that fires late, after a time when the app was down, makes up the last time that was missed.
"""
import logging
from datetime import datetime, timedelta, timezone

from azure_access.deadline import Deadline
from azure_access.defects import telling_the_host
from azure_access.errors import SettingsError
from azure_access.log_texts import log_text

from .keys import make_key
from .opening import opened
from .submitter import Order

_SECONDS = 240.0  # a timer that fails is not called again before its next time, so it is patient
_EARLY = timedelta(seconds=1)  # that a timer may be
_log = logging.getLogger(__name__)


def main() -> None:
    """Raises MonitorError where no run could be started."""
    with telling_the_host():
        submit(datetime.now(timezone.utc))


def submit(now: datetime) -> None:
    app = opened()
    scheduled = app.settings.scheduled
    if scheduled is None:
        raise SettingsError("SCHEDULED_PIPELINE not set: put a name of SUBMITTABLE_PIPELINES there, or switch the "
                            "function off with AzureWebJobs.SubmitOnSchedule.Disabled")
    due = scheduled.schedule.last_time(now + _EARLY)
    if due is None:
        raise SettingsError("PIPELINE_SCHEDULE fits no day of the last eight years: mend it")
    key = make_key(f"schedule {due.isoformat()}", scheduled.pipeline_name, scheduled.submission)
    order = Order(app.settings.pipelines[scheduled.pipeline_name], scheduled.submission, key, {
        "submitted_by": "timer", "schedule": scheduled.pipeline_name,
        "scheduled_time": due.strftime("%Y-%m-%dT%H:%M:%SZ")})
    started = app.submitter.submit(order, Deadline(_SECONDS, is_patient=True))
    _log.info("run %s of %s, due at %s, %s", log_text(started.run_id), log_text(scheduled.pipeline_name),
              due.isoformat(), "was there" if started.is_repeat else "was started")
