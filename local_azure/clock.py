"""The clock that Event Grid's retries and expiry, schedules and Service Bus's locks run on.

Azure waits up to hours between two attempts. The local Event Grid takes its time from one of these clocks
instead: the wall's, speeded up for a demo, or one that only a test moves.
"""
import asyncio
import heapq
import itertools
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What a service needs of time."""

    def now(self) -> datetime:
        """The time in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return when `seconds` of this clock's time have passed."""


class ScaledClock:
    """The wall's time from now on, running `speed` times faster: at 100 a wait of 10 s takes 0.1 s."""

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self._speed = speed
        self._started_at = datetime.now(UTC)
        self._started_seconds = time.monotonic()

    def now(self) -> datetime:
        return self._started_at + timedelta(seconds=(time.monotonic() - self._started_seconds) * self._speed)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)


class ManualClock:
    """A clock that stands still until `advance` is called, in the thread of those who sleep or in another."""

    def __init__(self, start: datetime = datetime(2024, 1, 1, tzinfo=UTC)) -> None:
        self._now = start
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._changed = threading.Condition()

    @property
    def sleeping(self) -> int:
        """How many tasks wait for this clock."""
        return sum(not wake_up.done() for _, _, wake_up in self._sleepers)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        wake_up = asyncio.get_running_loop().create_future()
        with self._changed:
            heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), wake_up))
            self._changed.notify_all()
        self.advance(0)
        await wake_up

    def wait_for_sleepers(self, count: int, timeout_seconds: float) -> bool:
        """Whether so many tasks wait for this clock, within the time of the wall; they must be in another thread."""
        with self._changed:
            return self._changed.wait_for(lambda: self.sleeping >= count, timeout_seconds)

    def advance(self, seconds: float) -> None:
        """Move on by `seconds` and wake the tasks that are due, the earliest first."""
        with self._changed:
            self._now += timedelta(seconds=seconds)
            while self._sleepers and self._sleepers[0][0] <= self._now:
                _, _, wake_up = heapq.heappop(self._sleepers)
                if not wake_up.done():  # or the loop may be gone as well
                    wake_up.get_loop().call_soon_threadsafe(_wake, wake_up)


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)
