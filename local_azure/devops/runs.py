"""Test runs with their results and attachments ("Test Runs", "Test Results" and "Test Attachments" of the REST API).

Runs and results are kept as the JSON that was sent, with what the service adds. Texts over the limits that the API's
description gives are refused.
"""
import base64
import binascii
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from local_azure.devops.errors import InvalidRequestError, NotFoundError

FIRST_RESULT_ID = 100_000
_RUN_STATES = ("Unspecified", "NotStarted", "InProgress", "Completed", "Waiting", "Aborted", "NeedsInvestigation")
_RESULT_STATES = ("Pending", "Queued", "InProgress", "Paused", "Completed")
_OUTCOMES = ("Unspecified", "None", "Passed", "Failed", "Inconclusive", "Timeout", "Aborted", "Blocked", "NotExecuted",
             "Warning", "Error", "NotApplicable", "Paused", "InProgress", "NotImpacted")
_ATTACHMENT_TYPES = ("GeneralAttachment", "CodeCoverage", "ConsoleLog")
_MOST_TAGS = 5
_MOST_QUERIED = timedelta(days=7)
_MOST_CHARACTERS = {"stackTrace": 1_000, "comment": 1_000, "name": 256, "testCaseTitle": 256}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a run, or of one result of it."""

    id: int
    name: str
    content: bytes
    comment: str = ""
    result_id: int | None = None


@dataclass(slots=True)
class TestRun:
    """`fields` and each of `results`, by its id, are JSON of the API."""

    id: int
    project: str
    fields: dict[str, Any]
    updated: datetime
    results: dict[int, dict[str, Any]] = field(default_factory=dict)
    attachments: dict[int, Attachment] = field(default_factory=dict)

    def count(self, outcome: str) -> int:
        return sum(str(result.get("outcome")).lower() == outcome.lower() for result in self.results.values())

    def find_attachment(self, attachment_id: int) -> Attachment:
        """Raises NotFoundError."""
        if attachment_id not in self.attachments:
            raise NotFoundError(f"Attachment {attachment_id} not found in test run {self.id}.")
        return self.attachments[attachment_id]


class TestRuns:
    """The runs of an organisation."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._runs: dict[int, TestRun] = {}
        self._attachment_ids = itertools.count(1)

    def list_runs(self, project: str | None = None) -> list[TestRun]:
        """The newest first; of one project, or of all."""
        return [run for run in reversed(self._runs.values())
                if project is None or run.project.lower() == project.lower()]

    def query(self, project: str, earliest: datetime, latest: datetime, state: str = "", title: str = ""
              ) -> list[TestRun]:
        """Those that were last updated in between, and where it is said are in that state or have that title. Raises
        InvalidRequestError."""
        if not timedelta() <= latest - earliest <= _MOST_QUERIED:
            raise InvalidRequestError("minLastUpdatedDate and maxLastUpdatedDate are seven days apart at most.")
        return [run for run in self.list_runs(project) if earliest <= run.updated <= latest
                and state.lower() in ("", str(run.fields["state"]).lower()) and title in ("", run.fields["name"])]

    def find(self, project: str, run_id: int) -> TestRun:
        """Raises NotFoundError."""
        run = self._runs.get(run_id)
        if run is None or run.project.lower() != project.lower():
            raise NotFoundError(f"Test run {run_id} not found.")
        return run

    def create(self, project: str, fields: Any) -> TestRun:
        """Raises InvalidRequestError."""
        content = _object(fields)
        if not content.get("name"):
            raise InvalidRequestError("Value cannot be null. Parameter name: name")
        _check_run(content)
        run = TestRun(len(self._runs) + 1, project, {"state": "InProgress", **content}, self._now())
        self._runs[run.id] = run
        return run

    def update(self, run: TestRun, fields: Any) -> None:
        """Raises InvalidRequestError."""
        content = _object(fields)
        _check_run(content)
        run.fields.update(content)
        run.updated = self._now()

    def add_results(self, run: TestRun, results: Any) -> list[int]:
        """The ids of a list of results, in its order. Raises InvalidRequestError: then none is added."""
        contents = _results(results)
        ids = list(range(FIRST_RESULT_ID + len(run.results), FIRST_RESULT_ID + len(run.results) + len(contents)))
        run.results.update(zip(ids, contents))
        return ids

    def update_results(self, run: TestRun, results: Any) -> list[int]:
        """Each names its id. Raises InvalidRequestError, NotFoundError: then none is changed."""
        contents = _results(results)
        for content in contents:
            if not isinstance(content.get("id"), int) or content["id"] not in run.results:
                raise NotFoundError(f"Test result {content.get('id')} not found in test run {run.id}.")
        for content in contents:
            run.results[content["id"]].update(content)
        return [content["id"] for content in contents]

    def attach(self, run: TestRun, content: Any, result_id: int | None = None) -> Attachment:
        """Raises InvalidRequestError, NotFoundError."""
        fields = _object(content)
        if result_id is not None and result_id not in run.results:
            raise NotFoundError(f"Test result {result_id} not found in test run {run.id}.")
        _check_choice(fields, "attachmentType", _ATTACHMENT_TYPES)
        if not isinstance(fields.get("fileName"), str) or not fields["fileName"]:
            raise InvalidRequestError("Value cannot be null. Parameter name: fileName")
        try:
            stream = base64.b64decode(fields.get("stream", ""), validate=True)
        except (binascii.Error, TypeError, ValueError) as exc:
            raise InvalidRequestError("The input is not a valid Base-64 string.") from exc
        attachment = Attachment(next(self._attachment_ids), fields["fileName"], stream, str(fields.get("comment", "")),
                                result_id)
        run.attachments[attachment.id] = attachment
        return attachment


def _results(results: Any) -> list[dict[str, Any]]:
    if not isinstance(results, list) or not results:
        raise InvalidRequestError("Value cannot be null. Parameter name: results")
    contents = [_object(result) for result in results]
    for content in contents:
        _check_choice(content, "outcome", _OUTCOMES)
        _check_choice(content, "state", _RESULT_STATES)
        _check_lengths(content)
    return contents


def _check_run(content: Mapping[str, Any]) -> None:
    _check_choice(content, "state", _RUN_STATES)
    _check_lengths(content)
    tags = content.get("tags") or ()
    if not isinstance(tags, Sequence) or len(tags) > _MOST_TAGS:
        raise InvalidRequestError(f"A test run can have {_MOST_TAGS} tags at most.")


def _check_choice(content: Mapping[str, Any], name: str, choices: Sequence[str]) -> None:
    value = content.get(name)
    if value is not None and str(value).lower() not in map(str.lower, choices):
        raise InvalidRequestError(f"{value!r} is no {name}: {', '.join(choices)}")


def _check_lengths(content: Mapping[str, Any]) -> None:
    for name, most in _MOST_CHARACTERS.items():
        if len(str(content.get(name) or "")) > most:
            raise InvalidRequestError(f"{name} can have {most} characters at most.")


def _object(content: Any) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise InvalidRequestError("The body must be a JSON object.")
    return content
