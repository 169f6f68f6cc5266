"""Is a deployed monitor well? One finding for each of what it needs: what was seen, and what to do where that is bad.

An event that names no run and one of a run that was recorded before are handed to the function as Event Grid would; of
each a record is left, whose event's id begins with `smoke-test-`. The rest is only looked at.
"""
import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from .deployment import Deployment, ServiceError
from .event_subscription import DEAD_LETTERED, DELIVERED, DROPPED, FAILED, Subscription
from .smoke_events import EVENT_PREFIX, Run, compose, find_latest_run

_LAST_RECORD = f"""traces
| where timestamp > ago(90d) and tostring(customDimensions.type) == 'run_detail'
| where not(tostring(customDimensions.event_id) startswith '{EVENT_PREFIX}')
| top 1 by timestamp desc
| project at = tostring(timestamp), run_id = tostring(customDimensions.run_id),
    run_status = tostring(customDimensions.run_status)"""
# The host notes an exception that a function lets out; its innermost message holds what the function itself said.
_LAST_FAILURE = """exceptions
| where timestamp > ago(1h) and operation_Name == 'PipelineRunMonitor'
| top 1 by timestamp desc
| project said = strcat(tostring(innermostMessage), ' ', tostring(outerMessage))"""
_SAID = re.compile(r"Error: ([^\r\n]+)")
_LOGS = "look at the log stream of the Function App"


class Verdict(enum.Enum):
    """`UNKNOWN` is what could not be looked at, which is no fault of the deployment."""

    GOOD = "ok"
    BAD = "bad"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Finding:
    """`cure` is what to do; empty where all is well."""

    subject: str
    verdict: Verdict
    seen: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What there is to look at: the app and its telemetry, a run that has ended (the latest, where None), if any is to
    be read, and its event subscriptions."""

    deployment: Deployment
    subscriptions: Sequence[Subscription] = ()
    run: Run | None = None
    reads_a_run: bool = True

    def findings(self) -> Iterator[Finding]:
        """One after the other, since what the app cannot do says nothing of what comes after it."""
        app = self._app()
        yield app
        if app.verdict is Verdict.GOOD:
            settings = self._settings()
            yield settings
            if settings.verdict is Verdict.GOOD:
                yield self._runs()
        for subscription in self.subscriptions:
            yield _events(subscription)
        if not self.subscriptions:
            yield Finding("events", Verdict.UNKNOWN, "no event subscription was looked at",
                          "name it with --event-subscription, and set MANAGEMENT_TOKEN")
        yield self._last_record()

    def _app(self) -> Finding:
        try:
            self.deployment.shake_hands()
        except ServiceError as exc:
            return Finding("app", Verdict.BAD, str(exc), _CURES_OF_THE_APP.get(
                exc.status or 0, f"see that the Function App runs, and {_LOGS}"))
        return Finding("app", Verdict.GOOD, f"{self.deployment.function_url} runs and has loaded the function")

    def _settings(self) -> Finding:
        try:
            self.deployment.deliver(compose(None))
        except ServiceError as exc:
            return self._failure("settings", exc)
        return Finding("settings", Verdict.GOOD, "an event that names no run was recorded as invalid, as it should be")

    def _runs(self) -> Finding:
        if not self.reads_a_run:
            return Finding("runs", Verdict.UNKNOWN, "no run was read", "name one that has ended with --run")
        try:
            run = self.run or find_latest_run(self.deployment)
            if run is None:
                return Finding("runs", Verdict.UNKNOWN, "no completed run of the last 30 days is recorded",
                               "name one that has ended with --run")
            self.deployment.deliver(compose(run))
        except ServiceError as exc:
            return self._failure("runs", exc)
        return Finding("runs", Verdict.GOOD, f"run {run.run_id} was read and recorded")

    def _failure(self, subject: str, exc: ServiceError) -> Finding:
        """The host answers that the function failed; why is in what it sends to Application Insights, minutes later."""
        said = self._last_failure() if exc.status == 500 else None
        return Finding(subject, Verdict.BAD, str(exc), said or f"{_LOGS}: the error names cause and cure")

    def _last_failure(self) -> str | None:
        try:
            rows = self.deployment.query(_LAST_FAILURE)
        except ServiceError:
            return None
        found = _SAID.search(rows[0]["said"]) if rows else None
        return f"the last failure within the hour was: {found[1]}" if found else None

    def _last_record(self) -> Finding:
        try:
            rows = self.deployment.query(_LAST_RECORD)
        except ServiceError as exc:
            return Finding("last record", Verdict.BAD, str(exc), "check the address and the token of the query API")
        if not rows:
            return Finding("last record", Verdict.UNKNOWN, "none of the last 90 days", "let a pipeline of it run")
        return Finding("last record", Verdict.GOOD, "{run_id} ({run_status}), {ago}".format(
            **rows[0], ago=_ago(datetime.fromisoformat(rows[0]["at"].replace("Z", "+00:00")))))


_CURES_OF_THE_APP = {
    401: "fetch FUNCTION_KEY anew: the system key eventgrid_extension of this app",
    403: "FUNCTION_KEY must be the system key eventgrid_extension of the app, or its access restrictions be mended",
    404: f"the function is not deployed or could not be loaded: deploy it, or {_LOGS}"}


def _events(subscription: Subscription) -> Finding:
    name = subscription.resource_id.rpartition("/systemTopics/")[2] or subscription.resource_id
    try:
        state, counts = subscription.state(), subscription.counts()
    except ServiceError as exc:
        cure = ("deploy event_subscription.bicep" if exc.status == 404 else
                "MANAGEMENT_TOKEN must be a token for https://management.azure.com of somebody who may read the topic")
        return Finding("events", Verdict.BAD, f"{name}: {exc}", cure)
    delivered, failed, lost = counts.get(DELIVERED, 0), counts.get(FAILED, 0), (
        counts.get(DEAD_LETTERED, 0) + counts.get(DROPPED, 0))
    seen = f"{name}: {state}; within a day {delivered} delivered, {failed} attempts failed, {lost} given up"
    if state != "Succeeded":
        return Finding("events", Verdict.BAD, seen, "deploy event_subscription.bicep again")
    if lost:
        return Finding("events", Verdict.BAD, seen, "mend what the log says, and record those runs with the backfill")
    if failed and not delivered:
        return Finding("events", Verdict.BAD, seen, f"{_LOGS}: the error names cause and cure")
    return Finding("events", Verdict.GOOD, seen)


def _ago(at: datetime) -> str:
    minutes = round((datetime.now(UTC) - at).total_seconds() / 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    return f"{days} days ago" if days > 1 else f"{hours} hours ago" if hours > 1 else f"{minutes} minutes ago"
