"""When to try again and when to give up, as decisions without clock or network.

The rules are those of "Event Grid message delivery and retry". Left out, because Azure leaves them open: the small
randomization of the delays, the probation of unhealthy endpoints and the skipping of retries.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from local_azure.event_grid.events import PublishedEvent
from local_azure.event_grid.models import EventSubscription

RETRY_DELAYS_SECONDS = (10, 30, 60, 300, 600, 1800, 3600, 10800, 21600)
LAST_RETRY_DELAY_SECONDS = 43200
MIN_RETRY_DELAYS_SECONDS = {408: 120, 503: 30}
SUCCESS_STATUSES = range(200, 205)
# Microsoft's pages show only MaxDeliveryAttemptsExceeded. Users have reported the reason for 400; the other three
# follow its form, and TimeToLiveExceeded follows the name of the limit.
REASONS_NOT_TO_RETRY = {
    400: "UndeliverableDueToHttpBadRequest", 401: "UndeliverableDueToHttpUnauthorized",
    403: "UndeliverableDueToHttpForbidden", 413: "UndeliverableDueToHttpRequestEntityTooLarge"}
TOO_MANY_ATTEMPTS = "MaxDeliveryAttemptsExceeded"
TOO_OLD = "TimeToLiveExceeded"
# The table of LastDeliveryOutcome; GenericError is what the delivery failure logs show for anything else.
OUTCOMES = {
    400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 408: "TimedOut",
    413: "PayloadTooLarge", 429: "Busy", 503: "Busy"}
OTHER_OUTCOME = "GenericError"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver: `outcome` in Event Grid's words; no `status_code` when no answer came."""

    started_at: datetime
    outcome: str
    status_code: int | None = None

    @classmethod
    def answered(cls, started_at: datetime, status_code: int) -> "Attempt":
        return cls(started_at, OUTCOMES.get(status_code, OTHER_OUTCOME), status_code)


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An event on its way to one subscription, with the attempts made so far."""

    event: PublishedEvent
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivered:
    """The endpoint took the event."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after `delay_seconds`."""

    delay_seconds: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Give the event up for `reason` and keep it in `folder`."""

    reason: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Drop:
    """Give the event up for `reason`; there is no place to keep it."""

    reason: str


def is_expired(subscription: EventSubscription, event: PublishedEvent, now: datetime) -> bool:
    """Whether the event's time to live is over; Event Grid asks only when an attempt is due."""
    return now - event.published_at > timedelta(minutes=subscription.event_time_to_live_minutes)


def decide(subscription: EventSubscription, attempts: Sequence[Attempt]) -> Delivered | Retry | DeadLetter | Drop:
    """What follows from the last of `attempts`."""
    status_code = attempts[-1].status_code
    if status_code in SUCCESS_STATUSES:
        return Delivered()
    if status_code in REASONS_NOT_TO_RETRY:
        return give_up(subscription, REASONS_NOT_TO_RETRY[status_code])
    if len(attempts) >= subscription.max_delivery_attempts:
        return give_up(subscription, TOO_MANY_ATTEMPTS)
    least = MIN_RETRY_DELAYS_SECONDS.get(status_code, 0) if status_code else 0
    return Retry(max(_scheduled_delay(len(attempts)), least))


def give_up(subscription: EventSubscription, reason: str) -> DeadLetter | Drop:
    folder = subscription.dead_letter_folder
    return DeadLetter(reason, folder) if folder else Drop(reason)


def _scheduled_delay(attempts: int) -> int:
    return (*RETRY_DELAYS_SECONDS, LAST_RETRY_DELAY_SECONDS)[min(attempts - 1, len(RETRY_DELAYS_SECONDS))]
