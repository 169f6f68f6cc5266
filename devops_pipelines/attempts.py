"""What a smoke test repeats until it succeeds or its time is over."""
import time
from collections.abc import Callable
from typing import TypeVar

from .deployment import NotNowError
from .log_lines import log_line

Result = TypeVar("Result")


class SmokeTestError(Exception):
    """The deployment does not do what it should."""


class Attempts:
    """Repeats what does not succeed yet until the time is over, and tells how it goes."""

    def __init__(self, limit_seconds: float, pause_seconds: float):
        self._limit_seconds, self._pause_seconds = limit_seconds, pause_seconds
        self._start = time.monotonic()

    def repeat(self, action: Callable[[], Result]) -> Result:
        """The action's result. Raises SmokeTestError with its last problem when the time is over."""
        while True:
            try:
                return action()
            except NotNowError as exc:
                passed_seconds = time.monotonic() - self._start
                if passed_seconds + self._pause_seconds > self._limit_seconds:
                    raise SmokeTestError(f"{exc}, after {passed_seconds:.0f} seconds") from exc
                print(log_line(f"{passed_seconds:4.0f} s: {exc}"), flush=True)
                time.sleep(self._pause_seconds)
