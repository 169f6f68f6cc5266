"""RunEvent -> RunSnapshot, through azureml-core; the only module that imports azureml.

One Workspace is opened per monitored workspace and kept for the life of the worker; its tokens come from
azure-identity. What the event already says is not asked again, and requests that need not wait for each other go out
together.
"""
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

from azure.core.credentials import TokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azureml._restclient.models import QueryParamsDto, RunDetailsDto, RunDto
from azureml._restclient.rest_client import RestClient
from azureml._restclient.utils import camel_case_transformer, snake_to_camel
from azureml.core import Experiment, Workspace
from azureml.core._portal import HasRunPortal
from azureml.core.authentication import TokenAuthentication

from .deadline import Deadline
from .errors import IdentityError, RunHistoryError, RunNotFoundError
from .events import RunEvent
from .failures import reading
from .openings import Opening
from .parents import SharedParents
from .snapshots import FailedSteps, RunSnapshot, RunSummary
from .workspaces import WorkspaceId

PIPELINE_RUN = "azureml.PipelineRun"

_MOST_SECONDS = 10.0  # for one request
_THREADS = 32  # two for each of the 16 invocations that a busy worker runs at once
_FAILED_PAGES = 10  # of 100 runs
_DETAILS = frozenset(snake_to_camel(name) for name in RunDetailsDto._attribute_map)
_NO_TIME_LEFT = "no time left to read the run; Event Grid delivers the event again"
_log = logging.getLogger(__name__)
_deadline: ContextVar[Deadline] = ContextVar("deadline")
_T = TypeVar("_T")


class RunReader:
    """Reads runs with one credential; safe to use from many threads."""

    def __init__(self, credential: TokenCredential):
        self._auth = TokenAuthentication(_token_source(credential))
        self._openings: dict[WorkspaceId, Opening[_RunHistory]] = {}
        self._lock = threading.Lock()
        self._parents = SharedParents()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="read-run")

    def read(self, event: RunEvent, deadline: Deadline) -> RunSnapshot:
        """The run of the event, its parent, its details and, of a pipeline run, which of its steps failed.

        Raises RunNotFoundError when run history does not know the run (yet), IdentityError when the identity got no
        token or was refused, RunHistoryError for everything else that kept the run from being read.
        """
        token = _deadline.set(deadline)
        try:
            self._parents.forget((event.workspace, event.run_id))
            return self._read(event, self._open(event.workspace, deadline))
        finally:
            _deadline.reset(token)

    def _read(self, event: RunEvent, history: "_RunHistory") -> RunSnapshot:
        """Before the run itself is known, the event says enough to ask for its details and, mostly, for its parent."""
        name, likely_parent_id = event.experiment_name, event.pipeline_run_id
        details = self._begin(history.read_details, event.run_id, name) if name else None
        parent = self._begin(self._read_parent, event.workspace, history, likely_parent_id)
        run = history.read_run(event.run_id)
        if run.parent_run_id != likely_parent_id:
            parent = self._begin(self._read_parent, event.workspace, history, run.parent_run_id)
        experiment_id = run.experiment_id or event.experiment_id
        name = name or history.read_experiment_name(experiment_id)
        details = details or self._begin(history.read_details, event.run_id, name)
        is_pipeline_run = run.run_type == PIPELINE_RUN
        failed_steps = history.read_failed_steps(event.run_id, name) if is_pipeline_run else None
        log_files = {} if is_pipeline_run else history.read_log_files(event.run_id, run.data_container_id)
        return RunSnapshot(
            workspace=event.workspace,
            run=history.summarize(event.run_id, run),
            parent=_result(parent),
            root_run_id=run.root_run_id or run.parent_run_id or event.run_id,
            experiment_id=experiment_id,
            experiment_name=name,
            run_type=run.run_type,
            created_time=run.created_utc,
            submitted_by=_submitter(run),
            failed_steps=failed_steps,
            tags=run.tags or {},
            details=_describe(_result(details) or run, log_files, _submitter(run)))

    def _open(self, workspace_id: WorkspaceId, deadline: Deadline) -> "_RunHistory":
        with self._lock:
            opening = self._openings.get(workspace_id)
            if opening is None or opening.has_failed():
                opening = self._openings[workspace_id] = Opening(
                    f"workspace {workspace_id.arm_id}", lambda: _RunHistory.open(workspace_id, self._auth))
        return opening.wait(deadline)

    def _read_parent(self, workspace: WorkspaceId, history: "_RunHistory", run_id: str | None) -> RunSummary | None:
        if run_id is None:
            return None
        return self._parents.read((workspace, run_id), lambda: history.read_parent(run_id), _deadline.get())

    def _begin(self, read: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """Reads in another thread, under the same deadline."""
        return self._threads.submit(copy_context().run, read, *arguments)


class _RunHistory:
    """The runs of one workspace, through the REST clients that azureml-core keeps for it.

    The SDK's own Run makes the same requests, but builds six clients for each run, keeps a handler of each for ever,
    waits up to 32 s before it repeats a request, and fails on a run without a number. A test holds what is read here to
    what Run answers.
    """

    @classmethod
    def open(cls, workspace_id: WorkspaceId, auth: TokenAuthentication) -> "_RunHistory":
        """Asks for the workspace and where its services are. Raises what `read` documents."""
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

    def _list_failed(self, run_id: str, experiment_name: str | None) -> Sequence[RunDto]:
        """The filter is the one that `Run.get_children(recursive=True, status="Failed")` writes."""
        query = QueryParamsDto(filter=f"(RootRunId eq {run_id}) and (Status eq Failed)", top=100)
        found: list[RunDto] = []
        for _ in range(_FAILED_PAGES):
            page = self._try(f"failed steps of run {run_id}", lambda: self._history.run.get_by_query(
                *self._scope, experiment_name, query_params=query))
            found += page.value or ()
            query.continuation_token = page.continuation_token
            if not page.continuation_token:
                break
        return found

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


def _result(reading_run: Future[_T]) -> _T:
    """What another thread reads, awaited no longer than the deadline."""
    try:
        return reading_run.result(_deadline.get().remaining_seconds())
    except TimeoutError as exc:
        raise RunHistoryError(_NO_TIME_LEFT) from exc


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
        raise RunHistoryError(_NO_TIME_LEFT)
    return {**keywords, "timeout": seconds}


def _describe(found: RunDetailsDto | RunDto, log_files: dict[str, str], submitter: str | None) -> dict[str, Any]:
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


def _submitter(run: RunDto) -> str | None:
    return run.created_by.user_name if run.created_by else None


def _ended(run: RunDto) -> float:
    time = run.end_time_utc or run.created_utc
    return time.timestamp() if time else float("inf")
