"""Starts a run once for each key, whichever instance of the app is asked, and however often.

Within an instance one request with a key waits for the other. Between instances the runs themselves tell: each carries
its key as a tag. Where two were started in the same moment, the first one stays, and the other is cancelled.
"""
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from azure_access.deadline import Deadline
from azure_access.errors import MonitorError
from azure_access.log_texts import log_text

from .keys import SubmissionKey
from .pipeline_service import PipelineService, SubmittedRun
from .pipelines import BatchEndpoint, Pipeline
from .refusals import Refusal, unavailable
from .submissions import Submission
from .transport import LostAnswerError

_DAY = timedelta(days=1)
_MOST_KEPT = 10_000  # keys of the last day that an instance remembers by itself
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """`tags` are those that the app sets itself; `has_key` where the caller may send it again."""

    pipeline: Pipeline
    submission: Submission
    key: SubmissionKey
    tags: Mapping[str, str] = field(default_factory=dict)
    has_key: bool = True


@dataclass(frozen=True, slots=True)
class Started:
    """`is_repeat`: an earlier request with the same key has started it."""

    run_id: str
    is_repeat: bool


class Submitter:
    """Safe to use from many threads. `clock` gives seconds, from whenever on."""

    def __init__(self, service: PipelineService, clock: Callable[[], float] = time.monotonic):
        self._service, self._clock = service, clock
        self._kept: dict[str, tuple[float, SubmittedRun]] = {}
        self._turns: dict[str, _Turn] = {}
        self._lock = threading.Lock()

    def submit(self, order: Order, deadline: Deadline) -> Started:
        """Raises MonitorError."""
        with self._alone(order.key, deadline):
            found = self._find(order, deadline) if order.has_key else None
            if found:
                return self._repeat(order, found)
            try:
                run_id = self._service.start(order.pipeline, order.submission, _tags(order), order.key, deadline)
            except LostAnswerError as exc:
                run_id = self._find_lost(order, exc, deadline)
            run_id = self._settle(order, run_id, deadline) if order.has_key else run_id
            self._keep(order.key, run_id)
            return Started(run_id, is_repeat=False)

    def _find(self, order: Order, deadline: Deadline) -> SubmittedRun | None:
        """The first run of the last day that carries the key."""
        return self._kept_run(order.key) or self._first_of(self._find_all(order, deadline), deadline)

    def _first_of(self, found: Sequence[SubmittedRun], deadline: Deadline) -> SubmittedRun | None:
        """The others, which whoever has started them could not cancel, or does not know of, are cancelled."""
        for other in found[1:]:
            if other.is_over:
                continue
            try:
                self._service.cancel(other.id, deadline)
            except MonitorError as exc:
                _log.warning("%s, which is a second one, may go on: %s", log_text(other.id), exc)
        return next(iter(found), None)

    def _find_all(self, order: Order, deadline: Deadline) -> list[SubmittedRun]:
        if isinstance(order.pipeline, BatchEndpoint):  # its runs carry no tags
            return []
        found = self._service.find(order.submission.experiment_name, order.key, deadline)
        return [run for run in found if run.age < _DAY]

    def _find_lost(self, order: Order, lost: LostAnswerError, deadline: Deadline) -> str:
        try:
            found = self._find_all(order, deadline)
        except MonitorError:  # nobody knows, and the caller is told so
            found = []
        if first := self._first_of(found, deadline):
            return first.id
        again = "send the request again with the same Idempotency-Key" if order.has_key else "look for it first"
        raise unavailable(f"{lost}; a run may have been started: {again}") from lost

    def _settle(self, order: Order, run_id: str, deadline: Deadline) -> str:
        """Of two runs that were started in the same moment, the first."""
        first = next(iter(self._find_all(order, deadline)), None)
        if first is None or first.id == run_id:
            return run_id
        self._service.cancel(run_id, deadline)
        return first.id

    def _repeat(self, order: Order, found: SubmittedRun) -> Started:
        if found.content != order.key.content:
            raise Refusal(409, "KeyReused", f"the Idempotency-Key belongs to run {found.id}, which was asked for with "
                                            "another body: take another key, or send that body")
        return Started(found.id, is_repeat=True)

    def _keep(self, key: SubmissionKey, run_id: str) -> None:
        with self._lock:
            while len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key.value] = self._clock(), SubmittedRun(run_id, timedelta(), key.content)

    def _kept_run(self, key: SubmissionKey) -> SubmittedRun | None:
        with self._lock:
            started, run = self._kept.get(key.value, (0.0, None))
        return run if run and self._clock() - started < _DAY.total_seconds() else None

    @contextmanager
    def _alone(self, key: SubmissionKey, deadline: Deadline) -> Iterator[None]:
        with self._lock:
            turn = self._turns.setdefault(key.value, _Turn())
            turn.requests += 1
        try:
            if not turn.lock.acquire(timeout=deadline.remaining_seconds()):
                raise unavailable("another request with the same Idempotency-Key is under way: send it later", 5.0)
            try:
                yield
            finally:
                turn.lock.release()
        finally:
            with self._lock:
                turn.requests -= 1
                if not turn.requests:
                    del self._turns[key.value]


class _Turn:
    """Of the requests with one key, and how many of them there are now."""

    def __init__(self) -> None:
        self.lock, self.requests = threading.Lock(), 0


def _tags(order: Order) -> dict[str, str]:
    return {**order.submission.tags, **order.tags, **order.key.tags}
