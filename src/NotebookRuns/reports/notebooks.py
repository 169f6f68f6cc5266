"""What became of a notebook: how its run ended, and how each of its cells did. Pure."""
from collections.abc import Sequence
from dataclasses import dataclass

from .cells import ABORTED, FAILED, PASSED, CellResult


@dataclass(frozen=True, slots=True)
class NotebookOutcome:
    """Of one notebook: the status of its run, the results of its cells, none where it left no executed notebook, and
    what Azure Machine Learning says of a run that failed, without secrets."""

    notebook: str
    run_status: str
    results: Sequence[CellResult] = ()
    run_error: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.run_status == "Completed" and not self.broken

    @property
    def broken(self) -> Sequence[CellResult]:
        return [result for result in self.results if result.outcome in (FAILED, ABORTED)]

    @property
    def cause(self) -> str | None:
        """Of a failure that is no cell's: an image, packages, a node, or the end of the time."""
        return None if self.broken or self.succeeded else self.run_error

    @property
    def shown(self) -> Sequence[CellResult]:
        """The results of its test run, which is as the notebook is: where no cell tells how it ended, one more does."""
        if self.results and (self.succeeded or self.broken):
            return self.results
        result = PASSED if self.succeeded else ABORTED if self.run_status == "Canceled" else FAILED
        error = None if self.succeeded else self.run_error or f"the run ended as {self.run_status}"
        return [*self.results, CellResult(self.notebook, len(self.results) + 1, "The notebook", result, error=error)]
