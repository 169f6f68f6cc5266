"""What the log of a pipeline's task says of its notebooks. Pure."""
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .cells import ABORTED, FAILED, PASSED, CellResult


@dataclass(frozen=True, slots=True)
class NotebookOutcome:
    """Of one notebook: the status of its run, and the results of its cells, none where it left no executed notebook."""

    notebook: str
    run_status: str
    results: Sequence[CellResult] = ()

    @property
    def succeeded(self) -> bool:
        return self.run_status == "Completed" and all(
            result.outcome not in (FAILED, ABORTED) for result in self.results)


def succeeded(outcomes: Iterable[NotebookOutcome]) -> bool:
    """Of a plan: all its notebooks did."""
    return all(outcome.succeeded for outcome in outcomes)


def summarize(outcomes: Sequence[NotebookOutcome]) -> str:
    """One line for each notebook, and below it those of its cells that broke; a last line for all."""
    lines = [line for outcome in outcomes for line in _describe(outcome)]
    good = sum(outcome.succeeded for outcome in outcomes)
    return "\n".join([*lines, f"{good} of {len(outcomes)} notebooks succeeded"])


def _describe(outcome: NotebookOutcome) -> Iterable[str]:
    counted = Counter(result.outcome for result in outcome.results)
    cells = f"{counted[PASSED]} of {len(outcome.results)} cells passed" if outcome.results else "no executed notebook"
    yield f"{'succeeded' if outcome.succeeded else 'failed'}: {outcome.notebook} ({outcome.run_status}; {cells})"
    for result in outcome.results:
        if result.outcome in (FAILED, ABORTED):
            yield f"  {result.outcome}: {result.title}" + (f": {result.error}" if result.error else "")
