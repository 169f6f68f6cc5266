"""What several ask for at about the same time is asked for once: the others wait for the answer to the first."""
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from azure_access.deadline import Deadline

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Shared(Generic[_T]):
    asked: float
    found: Future[_T] = field(default_factory=Future)


class SharedReads(Generic[_T]):
    """Answers by key, the latest of them, each for some seconds from when it was asked for; safe to use from many
    threads. `is_kept` says whether an answer serves those who ask after it came, too. `clock` counts seconds."""

    def __init__(self, remembered: int, seconds: float, is_kept: Callable[[_T], bool],
                 clock: Callable[[], float] = time.monotonic):
        self._remembered, self._seconds, self._is_kept, self._clock = remembered, seconds, is_kept, clock
        self._shared: OrderedDict[Hashable, _Shared[_T]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, key: Hashable, read: Callable[[], _T], deadline: Deadline) -> _T:
        """What another found or is about to find, or else what `read` returns. Raises what that raises."""
        with self._lock:
            known = self._shared.get(key)
            is_shared = known is not None and self._clock() - known.asked <= self._seconds
            shared = known if known is not None and is_shared else self._begin(key)
            self._shared.move_to_end(key)
        return self._wait(shared, read, deadline) if is_shared else self._find(key, shared, read)

    def forget(self, key: Hashable) -> None:
        """Whoever asks from now on reads anew."""
        with self._lock:
            self._shared.pop(key, None)

    def _begin(self, key: Hashable) -> _Shared[_T]:
        shared: _Shared[_T] = _Shared(self._clock())
        self._shared[key] = shared
        if len(self._shared) > self._remembered:
            self._shared.popitem(last=False)
        return shared

    def _find(self, key: Hashable, shared: _Shared[_T], read: Callable[[], _T]) -> _T:
        try:
            found = read()
        except BaseException as exc:
            self._drop(key, shared)
            shared.found.set_exception(exc)
            raise
        if not self._is_kept(found):
            self._drop(key, shared)
        shared.found.set_result(found)
        return found

    def _drop(self, key: Hashable, shared: _Shared[_T]) -> None:
        with self._lock:
            if self._shared.get(key) is shared:
                del self._shared[key]

    @staticmethod
    def _wait(shared: _Shared[_T], read: Callable[[], _T], deadline: Deadline) -> _T:
        try:
            return shared.found.result(deadline.remaining_seconds())
        except Exception:  # another's failure is not this one's, which has its own time
            return read()
