"""Delivery of published events to every subscription that wants them, at least once and in no order.

Each subscription has a queue and a number of workers that post from it, so one slow endpoint holds up nobody else.
A failed event waits on the clock for its next attempt and then goes back into the queue. Only waiting and ageing
run on the clock; the endpoint's time to answer is the wall's, because the endpoint does not run faster. Unlike
Azure's, this queue lives in memory: what is pending when the service stops is lost.
"""
import asyncio
import logging
import ssl
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import httpx

from local_azure.clock import Clock
from local_azure.event_grid.dead_letters import write_dead_letter
from local_azure.event_grid.events import PublishedEvent
from local_azure.event_grid.handshake import validate_endpoint
from local_azure.event_grid.models import DeliveryCounters, EventSubscription
from local_azure.event_grid.notifications import compose
from local_azure.event_grid.retries import (
    TOO_OLD, Attempt, DeadLetter, Delivered, Drop, PendingEvent, Retry, decide, give_up, is_expired)
from local_azure.terminal_texts import terminal_text

RESPONSE_TIMEOUT_SECONDS = 30
logger = logging.getLogger(__name__)


def http_client(trust: ssl.SSLContext) -> httpx.AsyncClient:
    """A client fit for deliveries: it trusts the local CA, keeps every connection and ignores proxies."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(verify=trust, limits=limits, trust_env=False)


class DeliveryService:
    """Delivers what is published on one topic, over `http`.

    `concurrency` is the number of requests that may be under way to one subscription's endpoint.
    """

    def __init__(
            self, topic_id: str, subscriptions: Iterable[EventSubscription], clock: Clock, http: httpx.AsyncClient, *,
            concurrency: int = 32, response_timeout_seconds: float = RESPONSE_TIMEOUT_SECONDS) -> None:
        self._topic_id = topic_id
        self._clock = clock
        self._http = http
        self._concurrency = concurrency
        self._deliveries = [
            SubscriptionDelivery(subscription, clock, http, response_timeout_seconds)
            for subscription in subscriptions]

    @property
    def counters(self) -> Mapping[str, DeliveryCounters]:
        """What was counted so far, by the subscription's name."""
        return {delivery.subscription.name: delivery.counters for delivery in self._deliveries}

    @property
    def subscriptions(self) -> Mapping[str, EventSubscription]:
        """By name."""
        return {delivery.subscription.name: delivery.subscription for delivery in self._deliveries}

    async def start(self) -> None:
        """Validate every endpoint, then begin to deliver; raises EndpointValidationError."""
        for delivery in self._deliveries:
            await validate_endpoint(self._http, delivery.subscription, self._topic_id, self._clock.now())
        for delivery in self._deliveries:
            delivery.start(self._concurrency)

    async def stop(self) -> None:
        await asyncio.gather(*(delivery.stop() for delivery in self._deliveries))

    def publish(self, events: Sequence[PublishedEvent]) -> None:
        """Queue `events` for the subscriptions whose filters they pass."""
        for delivery in self._deliveries:
            delivery.enqueue(events)

    async def drained(self, timeout_seconds: float) -> bool:
        """Wait until no event is pending: True, or False when `timeout_seconds` of the wall's time pass first."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await asyncio.gather(*(delivery.join() for delivery in self._deliveries))
        except TimeoutError:
            return False
        return True


class SubscriptionDelivery:
    """The queue and the workers of one subscription."""

    def __init__(
            self, subscription: EventSubscription, clock: Clock, http: httpx.AsyncClient,
            response_timeout_seconds: float) -> None:
        self.subscription = subscription
        self.counters = DeliveryCounters()
        self._clock = clock
        self._http = http
        self._response_timeout_seconds = response_timeout_seconds
        self._queue: asyncio.Queue[PendingEvent] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, concurrency: int) -> None:
        for _ in range(concurrency):
            self._spawn(self._work())

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def enqueue(self, events: Sequence[PublishedEvent]) -> None:
        matching = [event for event in events if self.subscription.matches(event)]
        self.counters.published += len(events)
        self.counters.matched += len(matching)
        for event in matching:
            self._queue.put_nowait(PendingEvent(event))

    async def join(self) -> None:
        """Wait until every event is delivered, dead-lettered or dropped."""
        await self._queue.join()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        while True:
            batch = [await self._queue.get()]
            # A batch is what waits already: Event Grid does not hold events back to fill one.
            while len(batch) < self.subscription.max_events_per_batch and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._deliver(batch)

    async def _deliver(self, batch: list[PendingEvent]) -> None:
        now = self._clock.now()
        live = []
        for pending in batch:
            if is_expired(self.subscription, pending.event, now):
                await self._settle(pending, give_up(self.subscription, TOO_OLD))
            else:
                live.append(pending)
        if live:
            attempt = await self._post(live)
            for pending in live:
                tried = replace(pending, attempts=(*pending.attempts, attempt))
                await self._settle(tried, decide(self.subscription, tried.attempts))

    async def _post(self, batch: list[PendingEvent]) -> Attempt:
        started_at = self._clock.now()
        notification = compose(self.subscription, batch)
        try:
            async with asyncio.timeout(self._response_timeout_seconds):
                response = await self._http.post(
                    self.subscription.endpoint_url, content=notification.body, headers=notification.headers,
                    timeout=None)
        except TimeoutError:
            return Attempt(started_at, "TimedOut")
        except httpx.RequestError:
            return Attempt(started_at, "SocketError")
        return Attempt.answered(started_at, response.status_code)

    async def _settle(self, pending: PendingEvent, decision: Delivered | Retry | DeadLetter | Drop) -> None:
        match decision:
            case Retry(delay_seconds):
                self.counters.retried += 1
                self._spawn(self._requeue(pending, delay_seconds))
                return
            case Delivered():
                self.counters.delivered += 1
            case DeadLetter(reason, folder):
                await self._dead_letter(pending, reason, folder)
            case Drop(reason):
                self._drop(pending, reason)
        self._queue.task_done()

    async def _requeue(self, pending: PendingEvent, delay_seconds: float) -> None:
        await self._clock.sleep(delay_seconds)
        self._queue.put_nowait(pending)
        self._queue.task_done()

    async def _dead_letter(self, pending: PendingEvent, reason: str, folder: Path) -> None:
        try:
            await asyncio.to_thread(write_dead_letter, folder, self.subscription, pending, reason, self._clock.now())
        except OSError as exc:
            self._drop(pending, f"{reason}, and the dead letter could not be written: {exc}")
        else:
            self.counters.dead_lettered += 1

    def _drop(self, pending: PendingEvent, reason: str) -> None:
        self.counters.dropped += 1
        event_id = terminal_text(pending.event.body["id"])
        logger.warning("%s: event %s dropped: %s", self.subscription.name, event_id, terminal_text(reason))
