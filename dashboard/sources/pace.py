"""How often Azure is asked: within what it lets one user ask, and not at all while it wants to be left alone.

The limits are those of "User query throttling" in "Azure Monitor service limits": five queries at a time, 200 in 30
seconds. Beyond them it puts queries into a line of its own, and refuses with 429 what has waited there for too long.
"""
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dashboard.sources.source import SourceError
from local_azure.application_insights.interrupting import CURRENT, Interruption, QueryStoppedError

AT_ONCE = 5
MOST = 150  # of 200: the same user may have the portal open
WINDOW_SECONDS = 30.0


class Pace:
    """`clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turns = threading.Semaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._begun: deque[float] = deque()
        self._held_until = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Inside it is one of so many. Raises SourceError where it is too early, or nobody waits for an answer."""
        try:
            with (CURRENT.get() or Interruption()).turn(self._turns):
                self._begin()
                yield
        except QueryStoppedError as exc:
            raise SourceError(exc.message) from exc

    def hold(self, seconds: float) -> None:
        """Azure asked for so long a pause."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)

    def _begin(self) -> None:
        with self._lock:
            now = self._clock()
            if now < self._held_until:
                raise throttled(self._held_until - now)
            while self._begun and now - self._begun[0] >= WINDOW_SECONDS:
                self._begun.popleft()
            if len(self._begun) >= MOST:
                raise SourceError(f"{MOST} queries in {WINDOW_SECONDS:g} s are as many as this page asks: it goes on "
                                  "by itself", wait_seconds=self._begun[0] + WINDOW_SECONDS - now)
            self._begun.append(now)


def throttled(wait_seconds: float) -> SourceError:
    return SourceError("Azure takes no more queries of this user for now (HTTP 429): the page asks again by itself",
                       wait_seconds=wait_seconds)
