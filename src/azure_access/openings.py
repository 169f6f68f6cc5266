"""What a worker opens once: a slow start in a thread of its own, for whose result nobody waits longer than a delivery
may, and what is built at the first call.
"""
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from .deadline import Deadline
from .errors import MonitorError, RunHistoryError

_ABANDONED_SECONDS = 60.0
_T = TypeVar("_T")


class Opening(Generic[_T]):
    """Begins at once to open something; `what` names it in the error of one who waited in vain."""

    def __init__(self, what: str, open_it: Callable[[], _T]):
        self._what, self._open_it = what, open_it
        self._started = time.monotonic()
        self._opened: Future[_T] = Future()
        threading.Thread(target=self._run, name="opening", daemon=True).start()

    def wait(self, deadline: Deadline) -> _T:
        """Raises RunHistoryError where it takes too long, and the MonitorError with which opening failed."""
        try:
            return self._opened.result(deadline.remaining_seconds())
        except TimeoutError as exc:
            raise RunHistoryError(f"{self._what} could not be opened in time; Event Grid delivers the event again"
                                  ) from exc

    def has_failed(self) -> bool:
        """It failed, or takes so long that another one is worth a try."""
        if self._opened.done():
            return self._opened.exception() is not None
        return time.monotonic() - self._started > _ABANDONED_SECONDS

    def _run(self) -> None:
        try:
            self._opened.set_result(self._open_it())
        except MonitorError as exc:
            self._opened.set_exception(exc)


def opened_once(open_it: Callable[[], _T]) -> Callable[[], _T]:
    """Opens at the first call, for the life of the worker, and again while it fails; threads wait for one another."""
    lock = threading.Lock()
    found: list[_T] = []

    def get() -> _T:
        with lock:
            if not found:
                found.append(open_it())
            return found[0]

    return get
