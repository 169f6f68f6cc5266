"""How long one delivery may take, shared by everything that happens in it: token, run history, ingestion.

Event Grid waits 30 seconds for an answer and then delivers again, so the function gives up before that and says why.
"""
import random
import time
from collections.abc import Callable, Iterator
from copy import copy

_PAUSE_SECONDS = 0.25  # before the first retry; doubled for each one after it
_ATTEMPTS = 3
_PATIENT_ATTEMPTS = 8


class Deadline:
    """A point in time that calls must not pass. `clock` counts seconds; `sleep` waits for them.

    A patient one allows for more attempts: where no delivery waits, a service that throttles is waited for.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic,
                 sleep: Callable[[float], None] = time.sleep, *, is_patient: bool = False):
        self._clock, self._sleep = clock, sleep
        self._attempts = _PATIENT_ATTEMPTS if is_patient else _ATTEMPTS
        self._end = clock() + seconds

    def remaining_seconds(self) -> float:
        """Not below zero."""
        return max(0.0, self._end - self._clock())

    def shortened(self, seconds: float) -> "Deadline":
        """One that is so many seconds away, unless this one is nearer."""
        shorter = copy(self)
        shorter._end = min(self._end, self._clock() + seconds)
        return shorter

    def attempts(self) -> Iterator["Attempt"]:
        """A few attempts; the caller ends with the one that succeeds, or asks it to `pause` before the next."""
        for number in range(1, self._attempts + 1):
            yield Attempt(self, number, is_last=number == self._attempts)

    def pause(self, seconds: float) -> bool:
        """Waits, or returns False at once where so much time is not left."""
        if seconds >= self.remaining_seconds():
            return False
        self._sleep(seconds)
        return True


class Attempt:
    def __init__(self, deadline: Deadline, number: int, *, is_last: bool):
        self._deadline, self._number, self._is_last = deadline, number, is_last

    def pause(self, wanted_seconds: float | None = None) -> bool:
        """Waits before the next attempt, as long as the service wants or with growing, jittered pauses.

        False where this was the last attempt or the wait does not fit into the deadline.
        """
        if self._is_last:
            return False
        jittered = _PAUSE_SECONDS * 2 ** (self._number - 1) * random.uniform(0.5, 1.5)
        return self._deadline.pause(max(wanted_seconds or 0.0, jittered))
