"""An executed notebook -> one test result for each of its code cells, in the form of Azure DevOps. Pure.

Papermill tells in the metadata of a cell how it went and how long it took, and adds cells of its own, which are left
out. When a kernel has died, it says of every cell that it is completed (papermill 2.7): the one that was running then
has no reply of the kernel, those after it have no time.
"""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azure_access.answers import Fields

from .texts import MOST_TEXT, MOST_TITLE, clean, first_of, last_of

PASSED, FAILED, NOT_EXECUTED, ABORTED = "Passed", "Failed", "NotExecuted", "Aborted"
_MOST_SECONDS = 1e9  # more is no duration
_REPLY = "shell.execute_reply"
_OUTCOMES = {"failed": FAILED, "running": ABORTED}
_PAPERMILLS_OWN = frozenset({"papermill-error-cell-tag", "injected-parameters"})


@dataclass(frozen=True, slots=True)
class CellResult:
    """`number` counts the code cells from 1."""

    notebook: str
    number: int
    title: str
    outcome: str
    duration_ms: int | None = None
    error: str | None = None
    stack_trace: str | None = None

    def fields(self) -> dict[str, Any]:
        """As the REST API takes it ("Results - Add")."""
        optional = {"durationInMs": self.duration_ms, "errorMessage": self.error, "stackTrace": self.stack_trace}
        number = f"#{self.number}"
        name = first_of(self.notebook, MOST_TITLE - len(number)) + number
        return {"testCaseTitle": self.title, "automatedTestName": name, "outcome": self.outcome, "state": "Completed",
                **{name: value for name, value in optional.items() if value is not None}}


def read_results(notebook: str, content: Mapping[str, Any]) -> list[CellResult]:
    """`notebook` is its path, `content` the JSON that papermill wrote. Whatever is in it, nothing is raised."""
    return [_result(notebook, number, cell) for number, cell in enumerate(_code_cells(content), 1)]


def _code_cells(content: Mapping[str, Any]) -> Iterator[Fields]:
    for cell in map(Fields, Fields(content).list("cells")):
        tags = cell.list("metadata", "tags")
        if cell.text("cell_type") == "code" and source_of(cell).strip() and not _PAPERMILLS_OWN & set(map(str, tags)):
            yield cell


def _result(notebook: str, number: int, cell: Fields) -> CellResult:
    told = cell.fields("metadata", "papermill")
    outcome = _outcome(cell, told)
    error, stack_trace = _error(cell) if outcome == FAILED else (None, None)
    seconds = told.value("duration")
    first_line = next(line.strip() for line in source_of(cell).splitlines() if line.strip())
    return CellResult(
        notebook, number, first_of(clean(f"Cell {number}: {first_line}"), MOST_TITLE), outcome,
        round(seconds * 1000) if isinstance(seconds, (int, float)) and 0 <= seconds < _MOST_SECONDS else None,
        error, stack_trace)


def _outcome(cell: Fields, told: Fields) -> str:
    status = told.text("status")
    if status != "completed":
        return _OUTCOMES.get(status or "", NOT_EXECUTED)
    if told.value("exception") is True:
        return FAILED
    if told.value("duration") is None:
        return NOT_EXECUTED
    timing = cell.value("metadata", "execution")
    return ABORTED if isinstance(timing, dict) and _REPLY not in timing else PASSED


def _error(cell: Fields) -> tuple[str | None, str | None]:
    """The message and the stack trace of the first of its outputs that is an error."""
    for output in map(Fields, cell.list("outputs")):
        if output.text("output_type") == "error":
            message = clean(f"{output.text('ename') or 'Error'}: {output.text('evalue') or ''}")
            trace = clean("\n".join(map(str, output.list("traceback"))))
            return first_of(message, MOST_TEXT), last_of(trace, MOST_TEXT) or None
    return None, None


def source_of(cell: Fields) -> str:
    """What stands in a cell."""
    return joined(cell.value("source"))


def joined(value: object) -> str:
    """Files have a text as one, or as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else value if isinstance(value, str) else ""
