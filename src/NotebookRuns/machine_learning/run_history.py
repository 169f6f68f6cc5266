"""The runs of notebooks as the run history has them: found, tagged, cancelled."""
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from NotebookRuns.errors import NotThereError, RefusedError
from NotebookRuns.requests.plans import Plan
from NotebookRuns.runs.identifiers import is_of, tags_of
from NotebookRuns.transport import Request, Told

from .services import Services

EXPERIMENT = "notebooks"
"""Of all notebooks' runs, in every workspace."""
ENDED = frozenset({"Completed", "Failed", "Canceled", "NotResponding"})
_EXPERIMENT = f"history/v1.0{{ws}}/experiments/{EXPERIMENT}"
_PAGE = 100
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """`container` is where its files are; `error` what Azure Machine Learning says of a run that failed, `cancel_url`
    where it wants to be told that the run is to end, if not at the run history. How old the run is the service tells,
    whose clock has made both times."""

    id: str
    status: str
    tags: Mapping[str, Any]
    container: str
    created: datetime
    age: timedelta
    error: str | None = None
    cancel_url: str | None = None

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


class RunHistory:
    """Safe to use from many threads; every call raises as `Transport.ask` does."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def create_experiment(self, deadline: Deadline) -> None:
        """Where it is not there yet."""
        what = f"the experiment {EXPERIMENT}"
        try:
            self._services.ask(Request(what, "GET", _EXPERIMENT, {}), deadline)
        except NotThereError:
            self._services.ask(Request(what, "POST", _EXPERIMENT, {}), deadline)

    def find(self, run_id: str, deadline: Deadline) -> Run | None:
        """None where there is no such run, or not yet."""
        try:
            return _run(self._services.ask_told(
                Request(f"run {run_id}", "GET", f"history/v1.0{{ws}}/runs/{quote(run_id)}", {}), deadline))
        except NotThereError:
            return None

    def list_with(self, tags: Mapping[str, str], deadline: Deadline) -> Iterator[Run]:
        """The runs that have all these tags, page by page."""
        terms = " and ".join(f'(Tags/{name} eq "{value}")' for name, value in tags.items())
        token: str | None = None
        while True:
            body = {"filter": terms, "top": _PAGE, **({"continuationToken": token} if token else {})}
            try:
                told = self._services.ask_told(
                    Request("the runs of notebooks", "POST", f"{_EXPERIMENT}/runs:query", {}, body), deadline)
            except NotThereError:  # there is no such experiment yet
                return
            yield from (_run(Told(Fields(one), told.time)) for one in told.fields.list("value"))
            token = told.fields.text("continuationToken")
            if not token:
                return

    def list_of(self, plan: Plan, deadline: Deadline) -> Iterator[Run]:
        """The runs of a plan's task."""
        return (run for run in self.list_with(tags_of(plan), deadline) if is_of(plan, run.id, run.tags))

    def tag(self, run_id: str, tags: Mapping[str, str], deadline: Deadline) -> None:
        """Other tags stay."""
        self._services.ask(Request(f"the tags of run {run_id}", "PATCH", f"{_EXPERIMENT}/runs/{quote(run_id)}", {},
                                   {"runId": run_id, "tags": dict(tags)}), deadline)

    def cancel(self, run: Run, deadline: Deadline) -> None:
        """As the SDK does it; one that has ended stays as it ended."""
        what = f"the end of run {run.id}"
        try:
            if path := self._cancel_path(run):
                self._services.ask(Request(what, "POST", path, {}), deadline)
                return
        except (NotThereError, RefusedError) as exc:
            _log.info("%s", exc)
        event = {"name": "Microsoft.MachineLearning.Run.Canceled", "data": {"RunId": run.id}}
        try:
            self._services.ask(Request(what, "POST", f"{_EXPERIMENT}/runs/{quote(run.id)}/events", {}, event), deadline)
        except (NotThereError, RefusedError):
            found = self.find(run.id, deadline)
            if found is not None and not found.has_ended:
                raise

    def _cancel_path(self, run: Run) -> str | None:
        """At the services' own address, wherever the run says it is: who may write runs shall not have a token sent to
        another place, or something else done with it."""
        begin, end = f"execution/v1.0{self._services.workspace.arm_id}/experiments/", f"/runId/{quote(run.id)}/cancel"
        own = re.compile(rf"{re.escape(begin)}[\w-]+{re.escape(end)}", re.ASCII | re.IGNORECASE)
        try:
            path = urlsplit(run.cancel_url or "").path.strip("/")
        except ValueError:
            return None
        return path if own.fullmatch(path) else None


def _run(told: Told) -> Run:
    fields = told.fields
    run_id, created = fields.text("runId") or "", fields.time("createdUtc") or told.time
    return Run(run_id, fields.text("status") or "", fields.fields("tags").members,
               fields.text("dataContainerId") or f"dcid.{run_id}", created, told.time - created,
               fields.text("error", "error", "message"), fields.text("cancelUri"))
