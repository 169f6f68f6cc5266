"""Notebooks that papermill has executed, as they came out."""
import json

import pytest

from NotebookRuns.reports.cells import CellResult, read_results
from NotebookRuns.reports.notebooks import NotebookOutcome
from NotebookRuns.reports.summaries import describe, summarize


@pytest.fixture
def results(data_folder):
    def read(name):
        content = json.loads((data_folder / "notebooks" / f"{name}.output.ipynb").read_text())
        return read_results(f"reports/{name}.ipynb", content)

    return read


def told(found):
    return [(result.number, result.title, result.outcome) for result in found]


def test_every_code_cell_is_a_result_and_nothing_else(results):
    assert told(results("passes")) == [
        (1, "Cell 1: x = 6 * 7", "Passed"), (2, "Cell 2: # expected", "Passed"),
        (3, "Cell 3: open('data.txt').read()", "Passed")]
    assert all(result.duration_ms > 0 for result in results("passes"))


def test_a_failed_cell_has_its_error_and_those_after_it_were_not_executed(results):
    found = results("fails")
    assert [result.outcome for result in found] == ["Passed", "Failed", "NotExecuted"]
    assert found[1].error == "ZeroDivisionError: division by zero"
    assert "in divide(a, b)" in found[1].stack_trace and "\x1b" not in found[1].stack_trace
    assert found[2] == CellResult("reports/fails.ipynb", 3, "Cell 3: print('never')", "NotExecuted")


def test_a_cell_whose_kernel_died_is_aborted(results):
    assert [result.outcome for result in results("dies")] == ["Passed", "Aborted", "NotExecuted"]


def test_a_result_has_the_fields_of_azure_devops(results):
    fields = results("fails")[1].fields()
    assert fields.pop("durationInMs") > 0 and len(fields.pop("stackTrace")) <= 1_000
    assert fields == {
        "testCaseTitle": "Cell 2: def divide(a, b):", "automatedTestName": "reports/fails.ipynb#2", "outcome": "Failed",
        "state": "Completed", "errorMessage": "ZeroDivisionError: division by zero"}
    assert set(results("fails")[2].fields()) == {"testCaseTitle", "automatedTestName", "outcome", "state"}


def cell(source="x", status="failed", outputs=(), **metadata):
    return {"cell_type": "code", "source": source, "outputs": list(outputs),
            "metadata": {"papermill": {"status": status, "duration": 1}, **metadata}}


def test_texts_stay_within_the_limits_and_keep_what_tells_most():
    error = {"output_type": "error", "ename": "E", "evalue": "v" * 2_000, "traceback": ["first", "t" * 2_000, "last"]}
    [result] = read_results("n" * 300, {"cells": [cell("x" * 400, outputs=[error])]})
    assert [len(text) for text in (result.title, result.error, result.stack_trace)] == [256, 1_000, 1_000]
    assert (result.title[-1], result.error[-1], result.stack_trace[:1], result.stack_trace[-4:]) == (
        "…", "…", "…", "last")
    name = result.fields()["automatedTestName"]
    assert (len(name), name[-3:]) == (256, "…#1")


def test_secrets_stay_out_also_where_a_text_is_cut():
    secret = "AccountKey=" + "Zm9vYmFy" * 10 + "Zg=="
    error = {"output_type": "error", "ename": "E", "evalue": f"{'v' * 960} {secret}", "traceback": [secret, "x" * 950]}
    [result] = read_results("n", {"cells": [cell(f"c = '{secret}'", outputs=[error])]})
    assert "Zm9vYmFy" not in repr(result)


@pytest.mark.parametrize("content", [
    {}, {"cells": None}, {"cells": [None, 1, {}, {"cell_type": "code"}, {"cell_type": "code", "source": 1}]},
    {"cells": [cell(status=None), cell(outputs=[1, {"output_type": "error"}]), cell(tags=7),
               {"cell_type": "code", "source": ["a\n", 1], "metadata": {"papermill": {"duration": float("nan")}}}]}])
def test_whatever_is_in_a_notebook_nothing_is_raised(content):
    for result in read_results("n", content):
        result.fields()


def test_a_run_without_timing_of_its_kernel_passed():
    [result] = read_results("n", {"cells": [cell(status="completed")]})
    assert result.outcome == "Passed"


def test_a_summary_tells_each_notebook_and_what_broke(results):
    outcomes = [NotebookOutcome("passes.ipynb", "Completed", results("passes")),
                NotebookOutcome("fails.ipynb", "Failed", results("fails")),
                NotebookOutcome("dies.ipynb", "Failed", results("dies")), NotebookOutcome("gone.ipynb", "Canceled")]
    summaries = [describe(outcome) for outcome in outcomes]
    assert summarize(summaries).splitlines() == [
        "succeeded: passes.ipynb (Completed; 3 of 3 cells passed)",
        "failed: fails.ipynb (Failed; 1 of 3 cells passed)",
        "  Failed: Cell 2: def divide(a, b):: ZeroDivisionError: division by zero",
        "failed: dies.ipynb (Failed; 1 of 3 cells passed)", "  Aborted: Cell 2: os._exit(3)",
        "failed: gone.ipynb (Canceled; no results of cells)", "1 of 4 notebooks succeeded"]
    assert [summary.succeeded for summary in summaries] == [True, False, False, False]
    assert summarize(summaries[:1], missing=2).splitlines()[1:] == [
        "2 of 3 notebooks were not started", "1 of 3 notebooks succeeded"]


@pytest.mark.parametrize("status", ["Failed", "Canceled", "NotResponding"])
def test_a_run_that_did_not_complete_did_not_succeed(results, status):
    assert not NotebookOutcome("a", status, results("passes")).succeeded
