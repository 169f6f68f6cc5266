"""The sections of the benchmark: what each column is put through, and with how many events.

The columns take turns, so that other work on the machine disturbs all alike: what is wanted of their ratios holds then
on a machine that is busy too.
"""
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from rich.progress import Progress

from . import growth
from .columns import COLUMNS, FUNCTIONS, USUAL
from .laboratory import Laboratory
from .measures import ColdStart, Growth, Round, Size, join
from .processes import Body, SubjectProcess
from .workload import Pipelines, Workload, take

THREADS = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. `warm` and `burst` are events of a turn, of which a slow column takes its share, `batches`
    are batches of `batch` events, `more_starts` cold starts beyond those of the processes that record events.

    `early` and `late` are how many events a worker has recorded when its size is taken; without `late`, only the first
    size is. Of the siblings' pipelines `running` tells, `ended` of all others.
    """

    ended: Pipelines
    running: Pipelines
    turns: int
    warm: int
    burst: int
    batch: int
    batches: int
    more_starts: int
    early: int
    late: int | None
    growth: growth.Sizes

    @property
    def siblings(self) -> int:
        return self.running.count * self.running.steps


FULL = Plan(
    ended=Pipelines(250, 4), running=Pipelines(50, 40), turns=12, warm=12, burst=96, batch=100, batches=5,
    more_starts=3, early=100, late=10_000,
    growth=growth.Sizes((1, 4, 16, 64, 256, 1_000), (1, 8, 64, 256, 1_024, 2_048), (1, 10, 100, 300, 1_000)))
QUICK = Plan(
    ended=Pipelines(100, 1), running=Pipelines(10, 20), turns=3, warm=8, burst=96, batch=100, batches=3,
    more_starts=1, early=100, late=None, growth=growth.Sizes((1, 32, 1_000), (1, 64, 2_048), (1, 10, 100)))


@dataclass(frozen=True, slots=True)
class ColumnRounds:
    """`warm` is one event after the other, each of another pipeline, and `burst` is all of a turn at once on THREADS
    threads. The pipelines of both have ended, so that nothing read for one event serves the next. `batches` are of
    different pipelines too."""

    starts: tuple[ColdStart, ...]
    warm: Round
    burst: Round
    batches: Round | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """One process of the function: a burst of steps whose pipelines still run, and its size early and late."""

    siblings: Round
    early: Size
    late: Size | None


@dataclass(frozen=True, slots=True)
class Results:
    """By column; workers only of the function."""

    plan: Plan
    columns: Mapping[str, ColumnRounds]
    workers: Mapping[str, Worker]
    growth: Mapping[str, Growth]


class Sections:
    """Runs the sections in one laboratory and shows how far they are."""

    def __init__(self, laboratory: Laboratory, workload: Workload, plan: Plan, progress: Progress):
        self._laboratory, self._workload, self._plan, self._progress = laboratory, workload, plan, progress
        self._starts: dict[str, list[ColdStart]] = {name: [] for name in COLUMNS}

    def run(self) -> Results:
        """Raises SubjectError."""
        warm, batches = self._warm()
        burst, workers = self._burst()
        grown = self._grow()
        self._start_more()
        columns = {name: ColumnRounds(tuple(self._starts[name]), warm[name], burst[name], batches.get(name))
                   for name in COLUMNS}
        return Results(self._plan, columns, workers, grown)

    def _warm(self) -> tuple[dict[str, Round], dict[str, Round]]:
        plan = self._plan
        with self._processes() as processes:
            warm = self._take_turns(processes, "one event at a time", plan.turns,
                                    lambda name, turn: self._unrelated(_share(name, plan.warm), f"warm {turn}"))
            functions = {name: processes[name] for name in FUNCTIONS}
            batches = self._take_turns(functions, f"batches of {plan.batch}", plan.batches,
                                       lambda name, turn: [self._unrelated(plan.batch, f"batch {turn}")])
        return warm, batches

    def _burst(self) -> tuple[dict[str, Round], dict[str, Worker]]:
        """And everything else that the processes go through which record it."""
        plan = self._plan
        with self._processes(THREADS) as processes:
            for name in FUNCTIONS + ("limit",):  # whose connections are open then; the naive function keeps none
                self._record(processes[name], "first events of a worker", self._unrelated(plan.early, "early"))
            early = {name: processes[name].size() for name in FUNCTIONS}
            burst = self._take_turns(processes, "burst", plan.turns,
                                     lambda name, turn: self._unrelated(_share(name, plan.burst), f"burst {turn}"))
            siblings = {name: self._record(processes[name], "burst of siblings",
                                           take(self._workload.siblings, plan.siblings, "siblings"))
                        for name in FUNCTIONS}
            late = self._grow_old(processes[USUAL])
        return burst, {name: Worker(siblings[name], early[name], late if name == USUAL else None)
                       for name in FUNCTIONS}

    def _grow_old(self, subject: SubjectProcess) -> Size | None:
        plan = self._plan
        if plan.late is None:
            return None
        more = plan.late - plan.early - plan.turns * plan.burst - plan.siblings
        self._record(subject, "more events for the worker", self._unrelated(more, "more"))
        return subject.size()

    def _grow(self) -> dict[str, Growth]:
        advance = self._show(f"{USUAL}: growing inputs", self._plan.growth.calls)
        return growth.measure(self._laboratory, self._workload, self._plan.growth, advance)

    def _start_more(self) -> None:
        advance = self._show("all: cold starts", self._plan.more_starts * len(COLUMNS))
        for name in list(COLUMNS) * self._plan.more_starts:
            with self._subject(name):
                advance()

    def _take_turns(self, processes: Mapping[str, SubjectProcess], what: str, turns: int,
                    find_bodies: Callable[[str, int], Sequence[Body]]) -> dict[str, Round]:
        bodies = {name: [find_bodies(name, turn) for turn in range(turns)] for name in processes}
        advance = {name: self._show(f"{name}: {what}", sum(map(len, bodies[name]))) for name in processes}
        rounds: dict[str, list[Round]] = {name: [] for name in processes}
        for turn in range(turns):
            for name, subject in processes.items():
                rounds[name].append(self._laboratory.record(subject, bodies[name][turn], advance[name]))
        return {name: join(found) for name, found in rounds.items()}

    def _record(self, subject: SubjectProcess, what: str, events: Sequence[dict]) -> Round:
        return self._laboratory.record(subject, events, self._show(f"{subject.name}: {what}", len(events)))

    def _unrelated(self, count: int, name: str) -> list[dict]:
        return take(self._workload.unrelated, count, name)

    @contextmanager
    def _processes(self, threads: int = 1) -> Iterator[dict[str, SubjectProcess]]:
        """One for each column, side by side."""
        with ExitStack() as stack:
            yield {name: stack.enter_context(self._subject(name, threads)) for name in COLUMNS}

    @contextmanager
    def _subject(self, name: str, threads: int = 1) -> Iterator[SubjectProcess]:
        """Its first event is of a running pipeline, so that none of the ended ones is known from it."""
        with self._laboratory.subject(name, self._workload.siblings[0], threads) as subject:
            self._starts[name].append(subject.cold_start)
            yield subject

    def _show(self, what: str, total: int) -> Callable[[], None]:
        """A bar, and what moves it on by one."""
        return partial(self._progress.advance, self._progress.add_task(what, total=total))


def _share(name: str, count: int) -> int:
    return round(count * COLUMNS[name].share)
