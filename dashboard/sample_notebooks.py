"""What the function sends for the notebooks of a sample repository, run by ten builds of a working week.

The code that reports a notebook makes the records, of the cells' results in sample_notebooks.json: the seconds of each
cell, up to the one that failed where there is an error. Who imports this has `src` among the places where Python looks.
"""
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dashboard.sample_records import LAG, SentRecord
from NotebookRuns.reports.cells import FAILED, NOT_EXECUTED, PASSED, CellResult
from NotebookRuns.reports.facts import facts_of
from NotebookRuns.reports.notebooks import NotebookOutcome
from PipelineRunMonitor.notebook_results import record

_FILE = Path(__file__).with_suffix(".json")


def notebook_records(now: datetime, workspace_name: str) -> list[SentRecord]:
    """Those of the builds of the days before `now`, the first of them first."""
    content = json.loads(_FILE.read_text("utf-8"))
    return [_sent(now - timedelta(hours=build["hours_ago"]), workspace_name, build["commit"], outcome)
            for build in content["builds"] for outcome in _outcomes(content["cells"], build["results"])]


def _sent(time: datetime, workspace_name: str, commit: str, outcome: NotebookOutcome) -> SentRecord:
    ended = time + timedelta(milliseconds=sum(result.duration_ms or 0 for result in outcome.results))
    run_id = f"notebook_{Path(outcome.notebook).stem}_{commit[:32]}"
    facts = {**facts_of(outcome, ended), "workspace_name": workspace_name, "git_commit": commit}
    return SentRecord(ended + LAG, record(run_id, facts))


def _outcomes(cells: Mapping[str, list[str]], results: Mapping[str, Any]) -> Iterator[NotebookOutcome]:
    for notebook, result in results.items():
        error = result.get("error")
        status = result.get("status") or ("Failed" if error else "Completed")
        found = _cells(notebook, cells[notebook], result.get("seconds", []), error)
        yield NotebookOutcome(notebook, status, list(found))


def _cells(notebook: str, lines: list[str], seconds: list[float], error: str | None) -> Iterator[CellResult]:
    for number, line in enumerate(lines if seconds else [], 1):
        fails = error is not None and number == len(seconds)
        outcome = FAILED if fails else PASSED if number <= len(seconds) else NOT_EXECUTED
        yield CellResult(notebook, number, f"Cell {number}: {line}", outcome,
                         round(seconds[number - 1] * 1000) if number <= len(seconds) else None,
                         error if fails else None)
