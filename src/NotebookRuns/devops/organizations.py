"""What is asked of an organisation of Azure DevOps, call by call: its repositories, its test runs, and its pipelines.

The routes are those of the REST API, version 7.1, and of the distributed tasks ("HTTP REST API task", "Events"). Texts
are cut to the API's limits before they are sent.
"""
import base64
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from azure_access.errors import IdentityError
from NotebookRuns.errors import DevOpsUnavailableError, NotThereError, RefusedError
from NotebookRuns.reports.cells import CellResult
from NotebookRuns.reports.texts import MOST_TEXT, MOST_TITLE, clean, first_of
from NotebookRuns.repository.archives import MOST_ZIP_BYTES
from NotebookRuns.requests.messages import Version
from NotebookRuns.requests.plans import Plan
from NotebookRuns.transport import Request, Service, Transport

SERVICE = Service(
    "Azure DevOps", DevOpsUnavailableError, "https://status.dev.azure.com", IdentityError,
    "add the identity of the Function App to the organisation, as a user with access to the project; if the task's own "
    "token is used, it has expired", has_sign_in_page=True, hiding=("VS800075", "TF200016"), explains=True)
SCOPE = "499b84ac-1321-427f-aa17-267ca6975798/.default"
"""Of the token of an identity: Azure DevOps as an application."""
MOST_ATTACHED_BYTES = 78_643_200
"""Of a file: as base64 it is a request of the 100 MB that the service takes."""
_API, _TASK_API = {"api-version": "7.1"}, {"api-version": "2.0-preview.1"}
_RESULTS_AT_ONCE, _RESULTS_IN_PAGE = 200, 1_000
_DAY, _LISTED_AT_ONCE = timedelta(days=1), timedelta(days=6)
_NO_SUCH_VERSION = "TF401175"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """Of an organisation, whose `url` has no slash at the end."""

    url: str
    name: str

    @property
    def address(self) -> str:
        return f"{self.url}/{quote(self.name, safe='')}/_apis"


class Organizations:
    """Every call raises as `Transport.ask` does."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def download(self, project: Project, repository: str, version: Version, deadline: Deadline) -> bytes:
        """The zip of all files at a version; one whose kind is not said is a branch, or else a tag."""
        kinds = [version.kind] if version.kind else ["branch", "tag"] if version.name else [""]
        for kind in kinds[:-1]:
            try:
                return self._download(project, repository, Version(version.name, kind), deadline)
            except NotThereError as exc:
                if _NO_SUCH_VERSION not in str(exc):
                    raise
        return self._download(project, repository, Version(version.name, kinds[-1]), deadline)

    def create_test_run(self, project: Project, name: str, key: str, deadline: Deadline) -> int:
        """The id of a test run that is in progress; by its `key` it is found again."""
        body = {"name": _title(name), "automated": True, "state": "InProgress", "comment": key}
        created = self._transport.ask_fields(Request(
            f"the test run {name}", "POST", f"{project.address}/test/runs", _API, body, repeatable=False), deadline)
        run_id = created.whole_number("id")
        if run_id is None:
            raise NotThereError(f"the test run {name}: Azure DevOps does not tell its id")
        return run_id

    def find_test_run(self, project: Project, name: str, key: str, since: datetime, until: datetime,
                      deadline: Deadline) -> int | None:
        """The id of one that was created so between two times, by whosever clock, and has not ended."""
        for run_id in self._list_open(project, name, since - _DAY, until + _DAY, deadline):
            if self._transport.ask_fields(Request(  # the list tells no comments
                    f"test run {run_id}", "GET", _run(project, run_id), _API), deadline).text("comment") == key:
                return run_id
        return None

    def is_open(self, project: Project, run_id: int, key: str, deadline: Deadline) -> bool:
        """Whether it is in progress, and was created with that key."""
        found = self._transport.ask_fields(
            Request(f"test run {run_id}", "GET", _run(project, run_id), _API), deadline)
        return found.text("state") == "InProgress" and found.text("comment") == key

    def add_results(self, project: Project, run_id: int, results: Sequence[CellResult], deadline: Deadline) -> None:
        """A bare list, as the API wants it, in parts."""
        for start in range(0, len(results), _RESULTS_AT_ONCE):
            body = [result.fields() for result in results[start:start + _RESULTS_AT_ONCE]]
            self._transport.ask(Request(f"the results of test run {run_id}", "POST",
                                        f"{_run(project, run_id)}/results", _API, body, repeatable=False), deadline)

    def count_results(self, project: Project, run_id: int, deadline: Deadline) -> int:
        """How many the test run has already."""
        known = 0
        while page := self._list_results(project, run_id, known, deadline):
            known += len(page)
        return known

    def list_attachments(self, project: Project, run_id: int, deadline: Deadline) -> set[str]:
        """The names of its files."""
        listed = self._transport.ask_fields(Request(
            f"the files of test run {run_id}", "GET", f"{_run(project, run_id)}/attachments", _API), deadline)
        return {one.text("fileName") or "" for one in map(Fields, listed.list("value"))}

    def attach(self, project: Project, run_id: int, attachment: Attachment, deadline: Deadline) -> bool:
        """False where the file is larger than the service takes: then nothing is sent."""
        if len(attachment.content) > MOST_ATTACHED_BYTES:
            return False
        body = {"stream": base64.b64encode(attachment.content).decode(), "fileName": attachment.name,
                "comment": first_of(clean(attachment.comment), MOST_TEXT), "attachmentType": "GeneralAttachment"}
        self._transport.ask(Request(f"{attachment.name} of test run {run_id}", "POST",
                                    f"{_run(project, run_id)}/attachments", _API, body, repeatable=False), deadline)
        return True

    def end_test_run(self, project: Project, run_id: int, comment: str, deadline: Deadline, *,
                     is_aborted: bool = False) -> None:
        body = {"state": "Aborted" if is_aborted else "Completed", "comment": first_of(clean(comment), MOST_TEXT)}
        self._transport.ask(
            Request(f"the end of test run {run_id}", "PATCH", _run(project, run_id), _API, body), deadline)

    def complete_task(self, plan: Plan, deadline: Deadline, *, succeeded: bool) -> None:
        """The pipeline goes on. A task that has ended already stays as it ended."""
        body = {"name": "TaskCompleted", "taskId": plan.task_id, "jobId": plan.job_id,
                "result": "succeeded" if succeeded else "failed"}
        self._transport.ask(
            Request("the end of the pipeline's task", "POST", f"{plan.address}/events", _TASK_API, body), deadline)

    def write_log(self, plan: Plan, text: str, deadline: Deadline) -> None:
        """The text, without secrets, is the log of the pipeline's task: one that may have none ends all the same."""
        try:
            self._write_log(plan, text, deadline)
        except (RefusedError, IdentityError) as exc:
            _log.warning("%s", exc)

    def write_to_console(self, plan: Plan, lines: Iterable[str], deadline: Deadline) -> None:
        """Whoever looks at the running pipeline sees the lines."""
        self._transport.ask(Request(
            "the console of the pipeline's task", "POST", f"{_timeline(plan)}/{plan.job_id}/feed", _TASK_API,
            _list_of([clean(line) for line in lines]), repeatable=False), deadline)

    def is_task_over(self, plan: Plan, deadline: Deadline) -> bool:
        """It was completed, or somebody cancelled it, or its time was over, or its pipeline's run was deleted: nothing
        pushes that. A project that is not there, or is not shown, says nothing of it."""
        try:
            records = self._transport.ask_fields(
                Request("the state of the pipeline's task", "GET", _timeline(plan), _TASK_API), deadline).list("value")
        except NotThereError:
            return True
        return any(record.get("state") == "completed" for record in records
                   if isinstance(record, dict) and str(record.get("id", "")).lower() == plan.task_id)

    def _list_open(self, project: Project, name: str, since: datetime, until: datetime, deadline: Deadline
                   ) -> Iterator[int]:
        """The ids of test runs in progress: the service looks at seven days at most."""
        while since < until:
            latest = min(since + _LISTED_AT_ONCE, until)
            query = {**_API, "minLastUpdatedDate": since.isoformat(), "maxLastUpdatedDate": latest.isoformat(),
                     "state": "InProgress", "runTitle": _title(name), "$top": "100"}
            listed = self._transport.ask_fields(
                Request(f"the test run {name}", "GET", f"{project.address}/test/runs", query), deadline)
            ids = (one.whole_number("id") for one in map(Fields, listed.list("value")))
            yield from (run_id for run_id in ids if run_id is not None)
            since = latest

    def _list_results(self, project: Project, run_id: int, skipped: int, deadline: Deadline) -> list[Any]:
        """A page of them: no answer has all of many."""
        query = {**_API, "$skip": str(skipped), "$top": str(_RESULTS_IN_PAGE)}
        answer = self._transport.ask_fields(Request(
            f"the results of test run {run_id}", "GET", f"{_run(project, run_id)}/results", query), deadline)
        return answer.list("value")

    def _write_log(self, plan: Plan, text: str, deadline: Deadline) -> None:
        what = "the log of the pipeline's task"
        log = self._transport.ask_fields(Request(
            what, "POST", f"{plan.address}/logs", _TASK_API, {"path": f"logs\\{plan.task_id}"}), deadline)
        if log.whole_number("id") is None:
            raise NotThereError(f"{what}: Azure DevOps does not tell its id")
        raw = f"{clean(text)}\n".encode()
        self._transport.ask(Request(what, "POST", f"{plan.address}/logs/{log.whole_number('id')}", _TASK_API, raw=raw,
                                    repeatable=False), deadline)
        records = [{"id": plan.task_id, "log": dict(log.members)}]
        self._transport.ask(Request(what, "PATCH", _timeline(plan), _TASK_API, _list_of(records)), deadline)

    def _download(self, project: Project, repository: str, version: Version, deadline: Deadline) -> bytes:
        query = {**_API, "scopePath": "/", "$format": "zip", "download": "true", "recursionLevel": "full",
                 "zipForUnix": "true"}
        if version.name:
            query |= {"versionDescriptor.version": version.name, "versionDescriptor.versionType": version.kind}
        url = f"{project.address}/git/repositories/{quote(repository, safe='')}/items"
        return self._transport.ask(
            Request(f"the repository {repository}", "GET", url, query, most_bytes=MOST_ZIP_BYTES), deadline)


def _title(name: str) -> str:
    return first_of(clean(name), MOST_TITLE)


def _run(project: Project, run_id: int) -> str:
    return f"{project.address}/test/runs/{run_id}"


def _timeline(plan: Plan) -> str:
    return f"{plan.address}/timelines/{plan.timeline_id}/records"


def _list_of(values: Sequence[Any]) -> dict[str, Any]:
    return {"value": values, "count": len(values)}
