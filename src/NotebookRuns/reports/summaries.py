"""What the log of a pipeline's task says of its notebooks. Pure."""
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .cells import PASSED
from .notebooks import NotebookOutcome


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one notebook: a line, and one more for each of its cells that broke, or for why the run did."""

    succeeded: bool
    text: str


def describe(outcome: NotebookOutcome) -> Summary:
    return Summary(outcome.succeeded, "\n".join(_lines(outcome)))


def summarize(summaries: Sequence[Summary], missing: int = 0) -> str:
    """All of a plan, and a last line that counts; `missing` notebooks were never started."""
    good, count = sum(summary.succeeded for summary in summaries), len(summaries) + missing
    return "\n".join([*(summary.text for summary in summaries),
                      *([f"{missing} of {count} notebooks were not started"] if missing else []),
                      f"{good} of {count} notebooks succeeded"])


def _lines(outcome: NotebookOutcome) -> Iterable[str]:
    counted = Counter(result.outcome for result in outcome.results)
    cells = f"{counted[PASSED]} of {len(outcome.results)} cells passed" if outcome.results else "no results of cells"
    yield f"{'succeeded' if outcome.succeeded else 'failed'}: {outcome.notebook} ({outcome.run_status}; {cells})"
    for result in outcome.broken:
        yield f"  {result.outcome}: {result.title}" + (f": {result.error}" if result.error else "")
    if outcome.cause:
        yield "\n".join(f"  {line}" for line in outcome.cause.splitlines())
