"""What is asked of a workspace's run history, and what becomes of the answers; the same however its services are found.

An experiment is asked for by its id where that is known: no name can make it unfit for a path.
"""
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from azure_access.answers import Fields
from azure_access.errors import RunNotFoundError

from .. import statuses
from . import metrics
from .failed_steps import FailedRuns
from .run_fields import summarize
from .services import Services
from .snapshots import RunSummary

_PAGE = 100  # runs
_PAGES = 10  # of runs below one root


@dataclass(frozen=True, slots=True)
class Experiment:
    """As far as it is known; by what is known of it runs are asked for."""

    id: str | None
    name: str | None

    @property
    def paths(self) -> list[str]:
        ways = (("experimentids", self.id), ("experiments", self.name))
        return [f"/{way}/{_quote(known)}" for way, known in ways if known]


class WorkspaceRuns:
    """The runs of one workspace; safe to use from many threads. Every read raises MonitorError."""

    def __init__(self, services: Services):
        self._services, self._connection = services, services.connection
        arm_id = services.workspace.arm_id
        self._runs_url = f"{services.history_url}/history/v1.0{arm_id}"
        self._files_url = f"{services.artifacts_url}/artifact/v2.0{arm_id}/artifacts/prefix/contentinfo/ExperimentRun"
        self._metrics_url = f"{services.history_url}/metric/v2.0{arm_id}"

    @property
    def region(self) -> str | None:
        return self._services.region

    def find_page(self, run_id: str) -> str:
        """The page of a run in the studio."""
        return self._services.find_page(run_id)

    def read_run(self, run_id: str) -> Fields:
        return self._ask(f"run {run_id}", f"/runs/{_quote(run_id)}")

    def read_parent(self, run_id: str) -> RunSummary:
        return summarize(run_id, self.read_run(run_id), self.find_page(run_id))

    def read_experiment_name(self, experiment: Experiment) -> str | None:
        return self._ask_experiment(f"experiment {experiment.id}", experiment, "").text("name")

    def read_details(self, run_id: str, experiment: Experiment) -> Fields:
        """What `Run.get_details()` makes its answer of.

        That method also looks up every output dataset in the workspace, and fails where one is gone.
        """
        return self._ask_experiment(f"details of run {run_id}", experiment, f"/runs/{_quote(run_id)}/details")

    def read_log_files(self, run_id: str, container: str) -> dict[str, str]:
        """Signed URLs of what the user's code logged, by path.

        `get_details()` also lists the logs of the system around that code, which are the same for every run.
        """
        url = f"{self._files_url}/{_quote(container)}/user_logs"
        answer = self._connection.ask(self._name(f"log files of run {run_id}"), url)
        files = ((file.text("path"), file.text("contentUri")) for file in map(Fields, answer.list("value")))
        return {path: url for path, url in files if path and url}

    def read_metrics(self, run_id: str) -> dict[str, float | None]:
        """The last value of each scalar metric, None for what is no number.

        All come with one request, that of Prompt flow's SDK; azureml-core asks for the names, then for each one."""
        url = f"{self._metrics_url}/runs/{_quote(run_id)}/lastvalues"
        return metrics.find_scalars(self._connection.ask(self._name(f"metrics of run {run_id}"), url, {}))

    def read_failed_runs(self, run_id: str, experiment: Experiment) -> FailedRuns:
        """Which runs below a root run failed, and what is needed to tell whether they were made good."""
        asked = " or ".join(f"Status eq {status}" for status in statuses.FAILED)
        what = f"failed steps of run {run_id}"
        failed = FailedRuns(run_id, self._query_below(what, run_id, experiment, asked))
        if terms := failed.find_terms():
            failed.add(self._query_below(what, run_id, experiment, " or ".join(terms)))
        return failed

    def list_experiments(self) -> list[Experiment]:
        """All experiments, archived ones not among them."""
        def ask(query: dict[str, Any]) -> Fields:
            return self._ask("experiments", "/experiments:query", query)
        found = [Experiment(one.text("experimentId"), one.text("name")) for page in _pages(ask, {}) for one in page]
        return [experiment for experiment in found if experiment.paths]

    def list_created(self, experiment: Experiment, since: datetime) -> Iterator[list[Fields]]:
        """Pages of an experiment's runs, steps among them, that were created from then on, the latest first."""
        created = f"(CreatedUtc ge {since.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ})"
        return self._query(f"runs of experiment {experiment.name or experiment.id}", experiment, filter=created,
                           orderby="CreatedUtc desc")

    def _query_below(self, what: str, root_id: str, experiment: Experiment, terms: str) -> Sequence[Fields]:
        """Runs below a root, as `Run.get_children(recursive=True)` asks for them."""
        pages = self._query(what, experiment, filter=f"(RootRunId eq {root_id}) and ({terms})")
        return [run for page in itertools.islice(pages, _PAGES) for run in page]

    def _query(self, what: str, experiment: Experiment, **query: str) -> Iterator[list[Fields]]:
        def ask(page: dict[str, Any]) -> Fields:
            return self._ask_experiment(what, experiment, "/runs:query", page)
        return _pages(ask, {"top": _PAGE, **query})

    def _ask_experiment(self, what: str, experiment: Experiment, path: str,
                        query: dict[str, Any] | None = None) -> Fields:
        """By the id; where the service does not know that, by the name."""
        not_found: RunNotFoundError | None = None
        for way in experiment.paths:
            try:
                return self._ask(what, way + path, query)
            except RunNotFoundError as exc:
                not_found = exc
        raise not_found or RunNotFoundError(
            f"{self._name(what)} cannot be asked for: nothing is known of its experiment")

    def _ask(self, what: str, path: str, query: dict[str, Any] | None = None) -> Fields:
        return self._connection.ask(self._name(what), self._runs_url + path, query)

    def _name(self, what: str) -> str:
        return f"{what} of workspace {self._services.workspace.name}"


def _quote(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _pages(ask: Callable[[dict[str, Any]], Fields], query: dict[str, Any]) -> Iterator[list[Fields]]:
    """What one query finds after the other, until there is no more; a token that comes again ends them too."""
    tokens: set[str | None] = {None}
    token: str | None = None
    while True:
        answer = ask({**query, **({"continuationToken": token} if token else {})})
        yield [Fields(one) for one in answer.list("value")]
        token = answer.text("continuationToken")
        if token in tokens:
            return
        tokens.add(token)
