"""What is read beside the run itself: in other threads, under a deadline of its own. What fails costs what it would
have told, and the record says that it is missing."""
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from azure_access.deadline import Deadline
from azure_access.errors import MonitorError, RunHistoryError
from azure_access.log_texts import log_text

from .connection import limited, no_time_left

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class OptionalReads:
    """Those of one run."""

    def __init__(self, run_id: str, threads: ThreadPoolExecutor, deadline: Deadline):
        self._run_id, self._threads, self._deadline = run_id, threads, deadline
        self._failed: list[str] = []

    @property
    def failed(self) -> tuple[str, ...]:
        """What could not be read, in the words that `take` was told."""
        return tuple(self._failed)

    def begin(self, read: Callable[..., _T], *arguments: Any, **named: Any) -> Future[_T]:
        """Reads in another thread."""
        with limited(self._deadline):
            return self._threads.submit(copy_context().run, read, *arguments, **named)

    def take(self, what: str, reading: Future[_T] | None) -> _T | None:
        """What another thread has read, awaited no longer than the deadline; None where nothing was, or it failed."""
        return self.read(what, self._wait, what, reading) if reading else None

    def read(self, what: str, read: Callable[..., _T], *arguments: Any, **named: Any) -> _T | None:
        """Reads in this thread."""
        try:
            return read(*arguments, **named)
        except MonitorError as exc:
            reason = str(exc)
        except Exception as exc:  # what it says may quote what was read
            reason = f"{type(exc).__name__}, a defect of the monitor: please report it"
        self._failed.append(what)
        _log.warning("run %s is recorded without its %s: %s", log_text(self._run_id), what, reason)
        return None

    def _wait(self, what: str, reading: Future[_T]) -> _T:
        try:
            return reading.result(self._deadline.remaining_seconds())
        except TimeoutError as exc:
            raise RunHistoryError(no_time_left(f"{what} of run {self._run_id}")) from exc
