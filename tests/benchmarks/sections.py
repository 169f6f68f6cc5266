"""The sections of the benchmark: what each subject is put through, and with how many events."""
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from rich.progress import Progress

from . import growth
from .laboratory import Laboratory
from .measures import ColdStart, Growth, Round, Size
from .processes import SubjectProcess
from .subject import SUBJECTS
from .workload import Pipelines, Workload, take

THREADS = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: events by subject, and cold starts beyond those of the processes that record them.

    `early` and `late` are how many events a worker has recorded when its size is taken; without `late`, only the first
    size is. Of the siblings' pipelines `running` tells, `ended` of all others.
    """

    ended: Pipelines
    running: Pipelines
    more_starts: int
    warm: Mapping[str, int]
    burst: Mapping[str, int]
    early: int
    late: int | None
    growth: growth.Sizes

    @property
    def siblings(self) -> int:
        return self.running.count * self.running.steps


FULL = Plan(
    ended=Pipelines(250, 4), running=Pipelines(50, 40), more_starts=3, early=100, late=10_000,
    warm={"limit": 100, "naive": 10, "ours": 100}, burst={"limit": 1_000, "naive": 96, "ours": 1_000},
    growth=growth.Sizes((1, 4, 16, 64, 256, 1_000), (1, 8, 64, 256, 1_024, 2_048), (1, 10, 100, 300, 1_000)))
QUICK = Plan(
    ended=Pipelines(100, 1), running=Pipelines(10, 20), more_starts=1, early=100, late=None,
    warm={"limit": 20, "naive": 3, "ours": 20}, burst={"limit": 100, "naive": 16, "ours": 100},
    growth=growth.Sizes((1, 32, 1_000), (1, 64, 2_048), (1, 10, 100)))


@dataclass(frozen=True, slots=True)
class SubjectRounds:
    """`warm` is one event after the other, each of another pipeline, and `burst` is all at once on THREADS threads.
    The pipelines of both have ended, so that nothing read for one event serves the next."""

    starts: tuple[ColdStart, ...]
    warm: Round
    burst: Round


@dataclass(frozen=True, slots=True)
class Worker:
    """One process of ours: a burst of steps whose pipelines still run, and its size early and late."""

    siblings: Round
    early: Size
    late: Size | None


@dataclass(frozen=True, slots=True)
class Results:
    plan: Plan
    subjects: Mapping[str, SubjectRounds]
    worker: Worker
    growth: Mapping[str, Growth]


class Sections:
    """Runs the sections in one laboratory and shows how far they are."""

    def __init__(self, laboratory: Laboratory, workload: Workload, plan: Plan, progress: Progress):
        self._laboratory, self._workload, self._plan, self._progress = laboratory, workload, plan, progress
        self._starts: dict[str, list[ColdStart]] = {name: [] for name in SUBJECTS}

    def run(self) -> Results:
        """Raises SubjectError."""
        warm = {name: self._warm(name) for name in SUBJECTS}
        burst = {name: self._burst(name) for name in ("naive", "limit")}
        burst["ours"], worker = self._work()
        grown = self._grow()
        self._start_more()
        subjects = {name: SubjectRounds(tuple(self._starts[name]), warm[name], burst[name]) for name in SUBJECTS}
        return Results(self._plan, subjects, worker, grown)

    def _start_more(self) -> None:
        """In turns, so that other work on the machine disturbs all alike."""
        advance = self._show("all: cold starts", self._plan.more_starts * len(SUBJECTS))
        for name in list(SUBJECTS) * self._plan.more_starts:
            with self._subject(name):
                advance()

    def _warm(self, name: str) -> Round:
        with self._subject(name) as subject:
            return self._record(subject, "one event at a time", self._unrelated(self._plan.warm[name], "warm"))

    def _burst(self, name: str) -> Round:
        with self._subject(name, THREADS) as subject:
            return self._record(subject, "burst", self._unrelated(self._plan.burst[name], "burst"))

    def _work(self) -> tuple[Round, Worker]:
        """The burst of ours, and everything else that the process goes through which records it."""
        plan = self._plan
        with self._subject("ours", THREADS) as subject:
            self._record(subject, "first events of a worker", self._unrelated(plan.early, "early"))
            early = subject.size()
            burst = self._record(subject, "burst", self._unrelated(plan.burst["ours"], "burst"))
            siblings = self._record(subject, "burst of siblings",
                                    take(self._workload.siblings, plan.siblings, "siblings"))
            if plan.late is None:
                return burst, Worker(siblings, early, None)
            more = plan.late - plan.early - burst.events - siblings.events
            self._record(subject, "more events for the worker", self._unrelated(more, "more"))
            return burst, Worker(siblings, early, subject.size())

    def _grow(self) -> dict[str, Growth]:
        advance = self._show("ours: growing inputs", self._plan.growth.calls)
        return growth.measure(self._laboratory, self._workload, self._plan.growth, advance)

    def _record(self, subject: SubjectProcess, what: str, events: Sequence[dict]) -> Round:
        advance = self._show(f"{subject.name}: {what}", len(events))
        return self._laboratory.record(subject, events, advance)

    def _unrelated(self, count: int, name: str) -> list[dict]:
        return take(self._workload.unrelated, count, name)

    @contextmanager
    def _subject(self, name: str, threads: int = 1) -> Iterator[SubjectProcess]:
        """Its first event is of a running pipeline, so that none of the ended ones is known from it."""
        with self._laboratory.subject(name, self._workload.siblings[0], threads) as subject:
            self._starts[name].append(subject.cold_start)
            yield subject

    def _show(self, what: str, total: int) -> Callable[[], None]:
        """A bar, and what moves it on by one."""
        return partial(self._progress.advance, self._progress.add_task(what, total=total))
