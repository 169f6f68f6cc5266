"""The events of a delivery are read side by side, as many runs at a time as there are threads, under one deadline.

What is not read at the deadline is left for the redelivery. Whatever is asked for one run serves the others as well:
steps share their parent, two events of a run share all of it. A read that a record can do without waits no longer than
the turn of its run may last, so that it does not use up the time of those who come after; a service that is merely slow
has two seconds all the same.
"""
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from azure_access.errors import RunHistoryError

from ..events.parsing import RunEvent
from .connection import no_time_left, sharing
from .shared_reads import SharedReads

_THREADS = 16  # as many as a busy worker runs invocations
_LEAST_SECONDS = 2.0  # of a turn
_REMEMBERED = 256  # answers of a batch: those of neighbours are shared
_T = TypeVar("_T")


class Batches:
    """The threads that all invocations share for it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="read-event")

    def read(self, events: Sequence[RunEvent], read: Callable[[RunEvent, Deadline, Deadline], _T],
             deadline: Deadline) -> Iterator[Future[_T]]:
        """What `read` returns or raises for each event, in their order, each of them when it is done. It is told the
        deadline, and that of what can be done without."""
        if len(events) == 1:
            yield _read_here(lambda: read(events[0], deadline, deadline))
            return
        answers = SharedReads[Fields](_REMEMBERED, deadline.remaining_seconds(), bool)

        def take_turn(position: int) -> _T:
            turns = -(-(len(events) - position) // _THREADS)
            seconds = max(_LEAST_SECONDS, deadline.remaining_seconds() / turns)
            with sharing(answers):
                return read(events[position], deadline, deadline.shortened(seconds))

        turns = [self._threads.submit(take_turn, position) for position in range(len(events))]
        for event, turn in zip(events, turns):
            wait([turn], deadline.remaining_seconds())
            yield turn if turn.done() else _give_up(event, turn)


def _read_here(read: Callable[[], _T]) -> Future[_T]:
    """In this thread, which has nothing else to do."""
    done: Future[_T] = Future()
    try:
        done.set_result(read())
    except Exception as exc:
        done.set_exception(exc)
    return done


def _give_up(event: RunEvent, turn: Future[_T]) -> Future[_T]:
    turn.cancel()  # where it has not begun
    late: Future[_T] = Future()
    late.set_exception(RunHistoryError(no_time_left(f"run {event.run_id}")))
    return late
