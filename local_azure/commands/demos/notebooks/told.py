"""What Azure DevOps was told: test runs with their results and attachments, and how the pipeline's task has ended."""
from collections.abc import Iterator, Sequence
from typing import Any

from ....devops.plans import Plan
from ....devops.runs import TestRun
from ...tables import format_table, terminal_width

_COLUMNS = ("notebook", "cell", "outcome", "ms", "error")


def results(runs: Sequence[TestRun]) -> list[str]:
    """A table of all cells."""
    rows = [[run.fields["name"], result["testCaseTitle"], result["outcome"], result.get("durationInMs"),
             result.get("errorMessage")] for run in runs for result in run.results.values()]
    return _table(_COLUMNS, rows)


def attachments(runs: Sequence[TestRun]) -> Iterator[str]:
    """A line for each test run, with the size of each file."""
    for run in runs:
        files = [f"{one.name} ({len(one.content):,} bytes)" for one in run.attachments.values()]
        yield f"{run.fields['name']}, {run.fields['state']}: {', '.join(files) or 'nothing'}"


def callback(plan: Plan) -> list[str]:
    """How the task has ended, and its log."""
    task = plan.records[plan.task_id]
    log = "".join(bytes(each).decode("utf-8", "replace") for each in plan.logs.values())
    return [f"{task['state']}, {task['result']}; its log:", *(f"  {line}" for line in log.splitlines())]


def _table(names: Sequence[str], rows: list[list[Any]]) -> list[str]:
    columns = [{"ColumnName": name, "ColumnType": None} for name in names]
    return format_table({"Columns": columns, "Rows": rows}, width=terminal_width()).splitlines()
