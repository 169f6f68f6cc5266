"""The run history of a workspace, through azureml-core; the only module that imports azureml.

Its tokens come from azure-identity. Every request has a deadline, that of `limited`, which the thread carries.
"""
import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import Any, TypeVar

from azure.core.credentials import TokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azureml._restclient.models import ExperimentQueryParamsDto, QueryParamsDto, RunDetailsDto, RunDto
from azureml._restclient.rest_client import RestClient
from azureml._restclient.utils import camel_case_transformer, snake_to_camel
from azureml.core import Experiment, Workspace
from azureml.core._portal import HasRunPortal
from azureml.core.authentication import TokenAuthentication

from azure_access.deadline import Deadline
from azure_access.errors import IdentityError, RunHistoryError, RunNotFoundError
from azure_access.failures import reading
from azure_access.workspaces import WorkspaceId

from .. import statuses
from .snapshots import FailedSteps, RunSummary

Run = RunDto
"""A run as the run history tells it: `run_id`, `parent_run_id`, `status`, `created_utc`, `end_time_utc` and so on."""

_MOST_SECONDS = 10.0  # for one request
_PAGE = 100  # runs
_FAILED_PAGES = 10
_DETAILS = frozenset(snake_to_camel(name) for name in RunDetailsDto._attribute_map)
NO_TIME_LEFT = "no time left to read the run; Event Grid delivers the event again"
_log = logging.getLogger(__name__)
_deadline: ContextVar[Deadline] = ContextVar("deadline")
_T = TypeVar("_T")


@contextmanager
def limited(deadline: Deadline) -> Iterator[None]:
    """Requests that are made inside, or in a copy of the context there, end before the deadline."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def authenticate(credential: TokenCredential) -> TokenAuthentication:
    """For `RunHistory.open`; one serves all workspaces."""
    return TokenAuthentication(_token_source(credential))


class RunHistory:
    """The runs of one workspace, through the REST clients that azureml-core keeps for it.

    The SDK's own Run makes the same requests, but builds six clients for each run, keeps a handler of each for ever,
    waits up to 32 s before it repeats a request, and fails on a run without a number. A test holds what is read here to
    what Run answers.
    """

    @classmethod
    def open(cls, workspace_id: WorkspaceId, auth: TokenAuthentication) -> "RunHistory":
        """Asks for the workspace and where its services are. Raises MonitorError."""
        with reading(f"workspace {workspace_id.arm_id}"):
            return cls(Workspace(workspace_id.subscription_id, workspace_id.resource_group, workspace_id.name,
                                 auth=auth))

    def __init__(self, workspace: Workspace):
        self._scope = (workspace.subscription_id, workspace.resource_group, workspace.name)
        context = workspace.service_context
        self._history = _tune(context._get_run_history_restclient())
        self._artifacts = _tune(context._get_artifacts_restclient())
        any_experiment = Experiment(workspace, "any", _id="any", _create_in_cloud=False)
        self._portal_url = HasRunPortal(any_experiment, "{run_id}").get_portal_url()

    def read_run(self, run_id: str) -> RunDto:
        return self._try(f"run {run_id}", lambda: self._history.run.get_workspace_run(*self._scope, run_id))

    def read_experiment_name(self, experiment_id: str | None) -> str | None:
        if experiment_id is None:
            return None
        found = self._try(f"experiment {experiment_id}",
                          lambda: self._history.experiment.get_by_id(*self._scope, experiment_id))
        return found.name

    def read_parent(self, run_id: str) -> RunSummary:
        """A parent that is gone still has its id; the run is recorded with that."""
        try:
            return self.summarize(run_id, self.read_run(run_id))
        except RunNotFoundError as exc:
            _log.warning("parent %s; the run is recorded without its name, number and status", exc)
            return RunSummary(id=run_id)

    def summarize(self, run_id: str, run: RunDto) -> RunSummary:
        return RunSummary(id=run_id, name=run.name, display_name=run.display_name, number=run.run_number,
                          status=run.status, portal_url=self._portal_url.replace("{run_id}", run_id))

    def read_details(self, run_id: str, experiment_name: str | None) -> RunDetailsDto | None:
        """What `Run.get_details()` makes its answer of; None where it cannot be understood.

        That method also looks up every output dataset in the workspace, and fails where one is gone.
        """
        try:
            return self._try(f"details of run {run_id}",
                             lambda: self._history.run.get_details(*self._scope, experiment_name, run_id))
        except RunHistoryError as exc:
            if not exc.is_malformed:
                raise
            _log.warning("%s; the run is recorded with what the run itself says", exc)
            return None

    def read_log_files(self, run_id: str, container: str | None) -> dict[str, str]:
        """Signed URLs of what the user's code logged, by path. Their names are worth a request, but not the record.

        `get_details()` also lists the logs of the system around that code, which are the same for every run.
        """
        if container is None:
            return {}
        try:
            page = self._try(f"log files of run {run_id}", lambda: self._artifacts.artifact.list_sas_by_prefix(
                *self._scope, "ExperimentRun", container, "user_logs"))
            return {file.path: file.content_uri for file in page.value or ()}
        except (RunHistoryError, IdentityError) as exc:
            _log.warning("%s; the run is recorded without them", exc)
            return {}

    def read_failed_steps(self, run_id: str, experiment_name: str | None) -> FailedSteps | None:
        """Which runs below a pipeline run failed; None where none did. The record is not lost for want of them."""
        try:
            failed = [run for run in self._list_failed(run_id, experiment_name) if run.run_id not in (None, run_id)]
        except RunHistoryError as exc:
            if exc.is_transient:
                raise
            _log.warning("%s; the run is recorded without them", exc)
            return None
        explained = {run.parent_run_id for run in failed}
        causes = [run for run in failed if run.run_id not in explained] or failed
        if not causes:
            return None
        first = min(causes, key=_ended)
        return FailedSteps(len(failed), self.summarize(first.run_id, first), _as_dict(first).get("error") or {})

    def list_experiments(self) -> list[str]:
        """The names of all experiments, archived ones not among them."""
        return [experiment.name for page in self._pages("experiments", lambda query: (
            self._history.experiment.get_by_query(*self._scope, query_params=query)), ExperimentQueryParamsDto())
            for experiment in page]

    def list_created(self, experiment_name: str, since: datetime) -> Iterator[Sequence[RunDto]]:
        """Pages of an experiment's runs, steps among them, that were created from then on, the latest first."""
        created = f"(CreatedUtc ge {since.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ})"
        return self._query_runs(f"runs of experiment {experiment_name}", experiment_name, filter=created,
                                orderby="CreatedUtc desc")

    def _list_failed(self, run_id: str, experiment_name: str | None) -> Sequence[RunDto]:
        """As `Run.get_children(recursive=True, status="Failed")` asks, and for those that stopped responding."""
        failed = " or ".join(f"Status eq {status}" for status in statuses.FAILED)
        pages = self._query_runs(f"failed steps of run {run_id}", experiment_name,
                                 filter=f"(RootRunId eq {run_id}) and ({failed})")
        return [run for page in itertools.islice(pages, _FAILED_PAGES) for run in page]

    def _query_runs(self, what: str, experiment_name: str | None, **query: str) -> Iterator[Sequence[RunDto]]:
        return self._pages(what, lambda asked: self._history.run.get_by_query(
            *self._scope, experiment_name, query_params=asked), QueryParamsDto(top=_PAGE, **query))

    def _pages(self, what: str, request: Callable[[Any], Any], query: Any) -> Iterator[Sequence[Any]]:
        """What one posted query finds after the other, until there is no more."""
        while True:
            page = self._try(what, lambda: request(query))
            yield page.value or ()
            query.continuation_token = page.continuation_token
            if not query.continuation_token:
                return

    def _try(self, what: str, request: Callable[[], _T]) -> _T:
        """A few attempts, where another may help and the deadline leaves the time."""
        what = f"{what} of workspace {self._scope[2]}"
        for attempt in _deadline.get().attempts():
            try:
                with reading(what):
                    return _require(request())
            except RunHistoryError as exc:
                if not exc.is_transient or not attempt.pause(exc.wait_seconds):
                    raise


def _require(answer: _T | None) -> _T:
    """The SDK turns an empty answer into None."""
    if answer is None:
        raise ValueError("an empty answer")
    return answer


def _token_source(credential: TokenCredential) -> Callable[[str], str]:
    def get_token(audience: str) -> str:
        try:
            return credential.get_token(f"{audience}/.default").token
        except ClientAuthenticationError as exc:
            raise IdentityError(f"no token for {audience}: {exc.message}; enable the managed identity of the Function "
                                "App, or set TENANT_ID, APP_ID and SERVICE_PRINCIPAL_PASSWORD, or run az login"
                                ) from exc
    return get_token


def _tune(client: RestClient) -> RestClient:
    """Keeps connections, bounds every request by the delivery's deadline, and leaves repeating to this module."""
    client.config.keep_alive = True
    client.config.retry_policy.retries = 0
    client.config.retry_policy.policy.raise_on_status = False  # the status itself tells more than "too many retries"
    client.config.session_configuration_callback = _limit_time
    return client


def _limit_time(session: Any, configuration: Any, options: Any, **keywords: Any) -> dict[str, Any]:
    """msrest's hook on the way to `requests`."""
    seconds = min(_MOST_SECONDS, _deadline.get().remaining_seconds())
    if not seconds:
        raise RunHistoryError(NO_TIME_LEFT)
    return {**keywords, "timeout": seconds}


def describe(found: RunDetailsDto | RunDto, log_files: dict[str, str], submitter: str | None) -> dict[str, Any]:
    """What `Run.get_details()` documents, as plain values."""
    details = {name: value for name, value in _as_dict(found).items() if name in _DETAILS}
    details["logFiles"] = {**details.get("logFiles", {}), **log_files}
    details["inputDatasets"] = [_describe_input(dataset) for dataset in details.get("inputDatasets") or ()]
    return {**details, "submittedBy": submitter}


def _describe_input(dataset: dict[str, Any]) -> dict[str, Any]:
    """An input dataset in the shape of `Run.get_details()`."""
    return {"dataset": {"id": (dataset.get("identifier") or {}).get("savedId")},
            "consumptionDetails": {"type": dataset.get("consumptionType"), **(dataset.get("inputDetails") or {})}}


def _as_dict(found: RunDetailsDto | RunDto) -> dict[str, Any]:
    return found.as_dict(key_transformer=camel_case_transformer)


def submitter_of(run: RunDto) -> str | None:
    return run.created_by.user_name if run.created_by else None


def _ended(run: RunDto) -> float:
    time = run.end_time_utc or run.created_utc
    return time.timestamp() if time else float("inf")
