"""What is recorded of a notebook's cells."""
from datetime import UTC, datetime

from NotebookRuns.reports.cells import ABORTED, FAILED, NOT_EXECUTED, PASSED, CellResult
from NotebookRuns.reports.facts import facts_of
from NotebookRuns.reports.notebooks import NotebookOutcome


def cell(number, outcome, duration_ms=None, error=None):
    return CellResult("a.ipynb", number, f"Cell {number}: work()", outcome, duration_ms, error)


def test_cells_are_counted_by_how_they_ended_and_the_slowest_and_the_first_broken_one_are_named():
    results = [cell(1, PASSED, 700), cell(2, PASSED, 1_200), cell(3, FAILED, 5, "ValueError: no"), cell(4, ABORTED),
               cell(5, NOT_EXECUTED)]
    found = facts_of(NotebookOutcome("a.ipynb", "Failed", results))
    assert (found["notebook"], found["result"], found["run_status"]) == ("a.ipynb", "failed", "Failed")
    assert [found[f"{kind}cell_count"] for kind in ("", "passed_", "failed_", "not_executed_")] == [5, 2, 2, 1]
    assert (found["execution_time_ms"], found["slowest_cell"], found["slowest_cell_ms"]) == (
        1_905, "Cell 2: work()", 1_200)
    assert (found["failed_cell"], found["error_message"]) == ("Cell 3: work()", "ValueError: no")


def test_each_cell_is_told_with_what_is_known_of_it():
    found = facts_of(NotebookOutcome("a.ipynb", "Completed", [cell(1, PASSED, 0), cell(2, FAILED, 3, "e" * 1_000)]))
    assert found["cells"] == [
        {"cell": 1, "name": "Cell 1: work()", "outcome": "Passed", "ms": 0},
        {"cell": 2, "name": "Cell 2: work()", "outcome": "Failed", "ms": 3, "error": "e" * 300}]


def test_a_run_that_left_no_notebook_has_failed_with_no_cells():
    found = facts_of(NotebookOutcome("a.ipynb", "Canceled"))
    assert (found["result"], found["cell_count"], found["cells"]) == ("failed", 0, [])
    assert (found["execution_time_ms"], found["slowest_cell"], found["failed_cell"]) == (None, None, None)


def test_the_time_of_its_end_is_in_milliseconds():
    ended = datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
    assert facts_of(NotebookOutcome("a.ipynb", "Completed"), ended)["end_time_utc_ms"] == 1_500


def test_a_notebook_without_a_broken_cell_in_a_completed_run_has_passed():
    found = facts_of(NotebookOutcome("a.ipynb", "Completed", [cell(1, PASSED, 1)]))
    assert (found["result"], found["failed_cell"]) == ("passed", None)
