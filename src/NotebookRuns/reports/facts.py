"""What is recorded of an executed notebook, for queries: how it ended, how long its cells took, which broke. Pure."""
from collections import Counter
from datetime import datetime
from typing import Any

from .cells import ABORTED, FAILED, NOT_EXECUTED, PASSED, CellResult
from .notebooks import NotebookOutcome

_MOST_ERROR = 300  # of each cell; the first error is told in full beside


def facts_of(outcome: NotebookOutcome, ended: datetime | None = None) -> dict[str, Any]:
    """By the names of the record's dimensions. `cells` has every cell in its order, as much of it as a dimension may
    hold; numbers of cells count code cells from 1."""
    results = outcome.results
    counted = Counter(result.outcome for result in results)
    timed = [result for result in results if result.duration_ms is not None]
    slowest = max(timed, key=lambda result: result.duration_ms or 0, default=None)
    broken = next(iter(outcome.broken), None)
    return {
        "notebook": outcome.notebook, "result": "passed" if outcome.succeeded else "failed",
        "run_status": outcome.run_status, "cell_count": len(results), "passed_cell_count": counted[PASSED],
        "failed_cell_count": counted[FAILED] + counted[ABORTED], "not_executed_cell_count": counted[NOT_EXECUTED],
        "end_time_utc_ms": round(ended.timestamp() * 1000) if ended else None,
        "execution_time_ms": sum(result.duration_ms or 0 for result in timed) if timed else None,
        "slowest_cell": slowest and slowest.title, "slowest_cell_ms": slowest and slowest.duration_ms,
        "failed_cell": broken and broken.title, "error_message": broken.error if broken else outcome.cause,
        "cells": [_cell(result) for result in results]}


def _cell(result: CellResult) -> dict[str, Any]:
    known = {"cell": result.number, "name": result.title, "outcome": result.outcome, "ms": result.duration_ms,
             "error": result.error and result.error[:_MOST_ERROR]}
    return {name: value for name, value in known.items() if value is not None}
