"""A queue with the promises of Service Bus: each message to one receiver at a time, at least once, and not for ever.

A receiver locks a message, and then completes it, abandons it, or renews the lock. A message whose lock runs out is
there again at once, as one that is abandoned; one that was delivered too often becomes a dead letter ("Message
transfers, locks, and settlement", "Overview of Service Bus dead-letter queues", "Duplicate detection"). Queues belong
to the event loop that serves them.
"""
import asyncio
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

from local_azure.clock import Clock

MAX_MESSAGE_BYTES = 262_144
"""Of a message with its properties, in the tier Standard."""
MAX_PROPERTIES_BYTES = 65_536
DEAD_LETTERS = "$deadletterqueue"
TOO_MANY_DELIVERIES = "MaxDeliveryCountExceeded"

PropertyValue = str | int | float | bool | None | datetime


class LockLostError(Exception):
    """No message has this lock: it ran out, or the message was settled."""


@dataclass(frozen=True, slots=True)
class Message:
    """What was sent. `properties` are the application's; `broker_properties` those of the service that a sender may
    set, by the names of the REST API (`Label`, `CorrelationId`, `ReplyTo` …)."""

    body: bytes
    message_id: str
    properties: Mapping[str, PropertyValue] = field(default_factory=dict)
    broker_properties: Mapping[str, str] = field(default_factory=dict)
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """The name and what `Microsoft.ServiceBus/namespaces/queues` has of it, with Azure's defaults; no
    `duplicate_detection_seconds` means that a queue takes every message."""

    name: str
    lock_seconds: float = 60
    max_delivery_count: int = 10
    duplicate_detection_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message in the hands of a receiver, or waiting for one, then without a lock."""

    message: Message
    sequence_number: int
    enqueued_at: datetime
    delivery_count: int = 0
    lock_token: str = ""
    locked_until: datetime | None = None


class Queue:
    """One queue; `dead_letters` is another one, whose `source` this is, and in which nothing is delivered too often."""

    def __init__(self, settings: QueueSettings, clock: Clock, source: "Queue | None" = None) -> None:
        self.settings, self._clock, self._source = settings, clock, source
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Delivery] = {}
        self._locked: dict[str, Delivery] = {}
        self._sent_at: dict[str, datetime] = {}
        self._changed = asyncio.Event()
        self.dead_letters = Queue(settings, clock, self) if source is None else None

    def __len__(self) -> int:
        return len(self._waiting) + len(self._locked)

    def send(self, message: Message) -> None:
        """Takes the message; one whose id it has seen lately is dropped where duplicates are detected."""
        now = self._clock.now()
        if (seconds := self.settings.duplicate_detection_seconds) is not None:
            oldest = now - timedelta(seconds=seconds)
            self._sent_at = {known: sent_at for known, sent_at in self._sent_at.items() if sent_at > oldest}
            if message.message_id in self._sent_at:
                return
            self._sent_at[message.message_id] = now
        self._put(Delivery(message, next(self._numbers), now))

    def lock_next(self) -> Delivery | None:
        """The first message that waits, locked and counted; None where none does."""
        self.release_expired()
        if not self._waiting:
            return None
        waiting = self._waiting.pop(min(self._waiting))
        locked = replace(waiting, delivery_count=waiting.delivery_count + 1, lock_token=str(uuid4()),
                         locked_until=self._lock_end())
        self._locked[locked.lock_token] = locked
        return locked

    def complete(self, reference: str, lock_token: str) -> None:
        """The message is done with. `reference` is its id or its sequence number. Raises LockLostError."""
        del self._locked[self._find(reference, lock_token).lock_token]

    def abandon(self, reference: str, lock_token: str) -> None:
        """The message is there for others at once, or a dead letter. Raises LockLostError."""
        self._release(self._find(reference, lock_token))

    def renew(self, reference: str, lock_token: str) -> Delivery:
        """The message with its lock for the whole time again. Raises LockLostError."""
        renewed = replace(self._find(reference, lock_token), locked_until=self._lock_end())
        self._locked[lock_token] = renewed
        return renewed

    def release_expired(self) -> None:
        """Locks that have run out by now are gone; every other call begins with this."""
        if self._source:
            self._source.release_expired()
        now = self._clock.now()
        for locked in [each for each in self._locked.values() if each.locked_until and each.locked_until <= now]:
            self._release(locked)

    async def wait(self, seconds: float) -> None:
        """Return when a message may have come, or after the time; a lock that runs out brings one too."""
        now = self._clock.now()
        ends = [(locked.locked_until - now).total_seconds() for locked in self._locked.values() if locked.locked_until]
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), max(0, min([seconds, *ends])))
        except TimeoutError:
            pass

    def _lock_end(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self.settings.lock_seconds)

    def _find(self, reference: str, lock_token: str) -> Delivery:
        self.release_expired()
        found = self._locked.get(lock_token)
        if found is None or reference not in (found.message.message_id, str(found.sequence_number)):
            raise LockLostError(f"no message {reference} has the lock {lock_token}")
        return found

    def _release(self, locked: Delivery) -> None:
        del self._locked[locked.lock_token]
        unlocked = replace(locked, lock_token="", locked_until=None)
        if self.dead_letters is None or locked.delivery_count < self.settings.max_delivery_count:
            self._put(unlocked)
        else:
            reason = {"DeadLetterReason": TOO_MANY_DELIVERIES, "DeadLetterErrorDescription":
                      f"Message could not be consumed after {locked.delivery_count} delivery attempts."}
            message = replace(locked.message, properties={**locked.message.properties, **reason})
            self.dead_letters._put(replace(unlocked, message=message))

    def _put(self, delivery: Delivery) -> None:
        self._waiting[delivery.sequence_number] = delivery
        self._changed.set()


class Namespace:
    """The queues of a namespace, found as their URLs name them, whatever the case."""

    def __init__(self, queues: Iterable[QueueSettings], clock: Clock) -> None:
        self._queues = {settings.name.lower(): Queue(settings, clock) for settings in queues}

    def find(self, path: str) -> Queue | None:
        """The queue of a path such as `orders`, or the dead letters of one, `orders/$deadletterqueue`."""
        name, _, below = path.lower().partition("/")
        queue = self._queues.get(name)
        if queue is None or below not in ("", DEAD_LETTERS):
            return None
        return queue.dead_letters if below else queue
