"""Steps of one pipeline run end close together: they share one request for it while it runs.

What was shared is forgotten after a few seconds, and at once when the pipeline run itself ends. Its last status is
never shared, so a step that is read after the end sees the end.
"""
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field

from azure_access.deadline import Deadline

from .. import statuses
from .snapshots import RunSummary

_SHARED_SECONDS = 10.0
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class _Shared:
    asked: float
    found: Future[RunSummary] = field(default_factory=Future)


class SharedParents:
    """Parents by workspace and run id; safe to use from many threads. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._shared: OrderedDict[Hashable, _Shared] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, key: Hashable, read: Callable[[], RunSummary], deadline: Deadline) -> RunSummary:
        """What another invocation found or is about to find, or else what `read` returns. Raises what that raises."""
        with self._lock:
            known = self._shared.get(key)
            is_shared = known is not None and self._clock() - known.asked <= _SHARED_SECONDS
            shared = known if known is not None and is_shared else self._begin(key)
        return self._wait(shared, read, deadline) if is_shared else self._find(key, shared, read)

    def forget(self, key: Hashable) -> None:
        """The run ended: whoever asks from now on reads anew."""
        with self._lock:
            self._shared.pop(key, None)

    def _begin(self, key: Hashable) -> _Shared:
        shared = self._shared[key] = _Shared(self._clock())
        self._shared.move_to_end(key)
        if len(self._shared) > _REMEMBERED:
            self._shared.popitem(last=False)
        return shared

    def _find(self, key: Hashable, shared: _Shared, read: Callable[[], RunSummary]) -> RunSummary:
        try:
            summary = read()
        except BaseException as exc:
            self._drop(key, shared)
            shared.found.set_exception(exc)
            raise
        if summary.status is None or summary.status in statuses.ENDED:
            self._drop(key, shared)
        shared.found.set_result(summary)
        return summary

    def _drop(self, key: Hashable, shared: _Shared) -> None:
        with self._lock:
            if self._shared.get(key) is shared:
                del self._shared[key]

    @staticmethod
    def _wait(shared: _Shared, read: Callable[[], RunSummary], deadline: Deadline) -> RunSummary:
        try:
            return shared.found.result(deadline.remaining_seconds())
        except Exception:  # another invocation's failure is not this one's, which has its own time
            return read()
