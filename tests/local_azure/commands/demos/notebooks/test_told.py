"""What the demo prints of what Azure DevOps was told."""
from datetime import UTC, datetime

import pytest

from local_azure.commands.demos.notebooks.told import attachments, callback, results
from local_azure.devops import runs as devops_runs
from local_azure.devops.plans import Plan


@pytest.fixture
def runs():
    """One test run, with a cell that passed and one that failed."""
    found = devops_runs.TestRuns()
    run = found.create("sales", {"name": "stock.ipynb", "state": "Completed"})
    found.add_results(run, [
        {"testCaseTitle": "Cell 1: load()", "outcome": "Passed", "durationInMs": 12},
        {"testCaseTitle": "Cell 2: check()", "outcome": "Failed", "errorMessage": "AssertionError: no"}])
    found.attach(run, {"fileName": "stock.html", "stream": "YWJj", "attachmentType": "GeneralAttachment"})
    return found.list_runs()


def test_each_cell_is_a_row(runs):
    names, _, *rows = [line.split() for line in results(runs)]
    assert names == ["notebook", "cell", "outcome", "ms", "error"]
    assert rows == [["stock.ipynb", "Cell", "1:", "load()", "Passed", "12"],
                    ["stock.ipynb", "Cell", "2:", "check()", "Failed", "AssertionError:", "no"]]


def test_each_file_is_named_with_its_size(runs):
    assert list(attachments(runs)) == ["stock.ipynb, Completed: stock.html (3 bytes)"]


def test_how_the_task_has_ended_is_told_with_its_log():
    plan = Plan("sales", "PublishToAzureServiceBus", datetime(2024, 3, 1, tzinfo=UTC))
    plan.find_log(plan.add_log()).extend(b"0 of 1 notebooks succeeded\n")
    plan.end("failed")
    assert callback(plan) == ["completed, failed; its log:", "  0 of 1 notebooks succeeded"]
