"""Takes messages from the queue of a function, calls it with each, and settles them.

A function that returns completes its message; one that raises abandons it, which brings it back at once. Locks are
renewed while a function runs, up to a time; after that the message is another receiver's, and the function, which
nobody stops, cannot complete it. What is held beyond the calls under way is locked, and not renewed.
"""
import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from local_azure.functions_host.models import FunctionTimeoutError
from local_azure.functions_host.service_bus.client import (
    QueueClient, QueueError, QueueUnreachableError, seconds_until)
from local_azure.functions_host.service_bus.messages import ReceivedMessage
from local_azure.functions_host.service_bus.settings import ListenerSettings
from local_azure.terminal_texts import terminal_text

_LEAST_PAUSE_SECONDS = 0.1
logger = logging.getLogger(__name__)

Call = Callable[[ReceivedMessage], Awaitable[bool]]
"""Runs the function on a message: whether it returned. Raises FunctionTimeoutError."""


@dataclass(frozen=True, slots=True)
class Target:
    """A function as the listener sees it, and what ends the process that a call hangs in. Nothing is settled for a
    function that does it by itself."""

    name: str
    call: Call
    restart: Callable[[], None]
    settles_itself: bool = False


class QueueListener:
    """Listens from `run` on, until that is cancelled; a queue that cannot be had is asked again after a pause."""

    def __init__(self, target: Target, client: QueueClient, settings: ListenerSettings, *,
                 pause_seconds: float = 1) -> None:
        self._target, self._client, self._settings = target, client, settings
        self._pause_seconds = pause_seconds
        self._places = asyncio.Semaphore(settings.most_calls + settings.prefetched)
        self._calls = asyncio.Semaphore(settings.most_calls)
        self._handling: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        while True:
            await self._places.acquire()
            if message := await self._receive():
                handling = asyncio.create_task(self._handle(message))
                self._handling.add(handling)
                handling.add_done_callback(self._handling.discard)
            else:
                self._places.release()

    async def drain(self) -> None:
        """Return when no message is with the function."""
        while self._handling:
            await asyncio.wait(self._handling)

    async def _receive(self) -> ReceivedMessage | None:
        try:
            return await self._client.receive()
        except QueueUnreachableError as exc:
            logger.info("%s waits for its queue: %s", self._target.name, exc)
        except QueueError as exc:
            logger.error("%s cannot have its queue: %s", self._target.name, terminal_text(str(exc)))
        await asyncio.sleep(self._pause_seconds)
        return None

    async def _handle(self, message: ReceivedMessage) -> None:
        try:
            async with self._calls:
                renewing = asyncio.create_task(self._renew(message))
                try:
                    await self._settle(message, await self._target.call(message))
                except FunctionTimeoutError:
                    await self._settle(message, False)
                    self._target.restart()
                finally:
                    renewing.cancel()
        finally:
            self._places.release()

    async def _renew(self, message: ReceivedMessage) -> None:
        """While the function runs, whenever half of what was left of the lock is over."""
        locked_until = message.locked_until
        with suppress(TimeoutError, QueueError):
            async with asyncio.timeout(self._settings.renewal_seconds):
                while True:
                    await asyncio.sleep(max(_LEAST_PAUSE_SECONDS, seconds_until(locked_until) / 2))
                    with suppress(QueueUnreachableError):
                        locked_until = await self._client.renew(message)

    async def _settle(self, message: ReceivedMessage, succeeded: bool) -> None:
        if self._target.settles_itself:
            return
        settle = self._client.complete if succeeded else self._client.abandon
        try:
            await settle(message)
        except (QueueError, QueueUnreachableError) as exc:
            logger.error("a message of %s is not settled and will come again: %s", self._target.name,
                         terminal_text(str(exc)))
