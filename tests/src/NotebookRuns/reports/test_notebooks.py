"""What became of a notebook whose run tells more, or less, than its cells do."""
import pytest

from NotebookRuns.reports.cells import ABORTED, FAILED, NOT_EXECUTED, PASSED, CellResult
from NotebookRuns.reports.facts import facts_of
from NotebookRuns.reports.notebooks import NotebookOutcome
from NotebookRuns.reports.summaries import describe

CAUSE = "Image build failed: no package nowhere==1\nSee the log"


def cells(*outcomes):
    return [CellResult("a.ipynb", number, f"Cell {number}", outcome) for number, outcome in enumerate(outcomes, 1)]


def test_a_run_that_failed_before_its_first_cell_says_why_in_every_place():
    outcome = NotebookOutcome("a.ipynb", "Failed", (), CAUSE)
    assert describe(outcome).text.splitlines() == [
        "failed: a.ipynb (Failed; no results of cells)", "  Image build failed: no package nowhere==1", "  See the log"]
    assert facts_of(outcome)["error_message"] == CAUSE
    assert outcome.shown == [CellResult("a.ipynb", 1, "The notebook", FAILED, error=CAUSE)]


def test_a_run_that_failed_after_its_last_cell_does_too():
    outcome = NotebookOutcome("a.ipynb", "Failed", cells(PASSED, PASSED), CAUSE)
    assert describe(outcome).text.startswith("failed: a.ipynb (Failed; 2 of 2 cells passed)\n  Image build failed")
    assert facts_of(outcome)["error_message"] == CAUSE
    assert [result.outcome for result in outcome.shown] == [PASSED, PASSED, FAILED]
    assert (outcome.shown[2].number, outcome.shown[2].error) == (3, CAUSE)


def test_where_a_cell_broke_that_is_the_cause():
    outcome = NotebookOutcome("a.ipynb", "Failed", cells(PASSED, ABORTED, NOT_EXECUTED), "exit code 1")
    assert outcome.cause is None and outcome.shown == outcome.results
    assert describe(outcome).text.splitlines()[1:] == ["  Aborted: Cell 2"]


@pytest.mark.parametrize(("status", "result", "error"), [
    ("Completed", PASSED, None), ("Canceled", ABORTED, "the run ended as Canceled"),
    ("NotResponding", FAILED, "the run ended as NotResponding")])
def test_a_notebook_of_which_no_cell_is_known_is_as_its_run_is(status, result, error):
    [shown] = NotebookOutcome("a.ipynb", status).shown
    assert (shown.outcome, shown.error) == (result, error)
    assert shown.fields().get("errorMessage") == error
