"""RunEvent -> RunSnapshot, through azureml-core; the only module that imports azureml.

One Workspace is opened per monitored workspace and kept for the life of the worker; its tokens come from
azure-identity. What the event already says is not asked again.
"""
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from typing import Any, TypeVar

from azure.core.credentials import TokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azureml._restclient.models import PaginatedArtifactContentInformationDto, RunDetailsDto, RunDto
from azureml._restclient.rest_client import RestClient
from azureml._restclient.utils import camel_case_transformer, snake_to_camel
from azureml.core import Experiment, Workspace
from azureml.core._portal import HasRunPortal
from azureml.core.authentication import TokenAuthentication

from .deadline import Deadline
from .errors import IdentityError, MonitorError, RunHistoryError, RunNotFoundError
from .events import RunEvent
from .failures import reading
from .snapshots import RunSnapshot, RunSummary
from .workspaces import WorkspaceId

_MOST_SECONDS = 10.0  # for one request
_ABANDONED_SECONDS = 60.0
_LOG_FOLDERS = ("user_logs", "system_logs")
_DETAILS = frozenset(snake_to_camel(name) for name in RunDetailsDto._attribute_map)
_log = logging.getLogger(__name__)
_deadline: ContextVar[Deadline] = ContextVar("deadline")
_T = TypeVar("_T")


class RunReader:
    """Reads runs with one credential; safe to use from many threads."""

    def __init__(self, credential: TokenCredential):
        self._auth = TokenAuthentication(_token_source(credential))
        self._openings: dict[WorkspaceId, _Opening] = {}
        self._lock = threading.Lock()

    def read(self, event: RunEvent, deadline: Deadline) -> RunSnapshot:
        """The run of the event, its parent and its details.

        Raises RunNotFoundError when run history does not know the run (yet), IdentityError when the identity got no
        token or was refused, RunHistoryError for everything else that kept the run from being read.
        """
        token = _deadline.set(deadline)
        try:
            history = self._open(event.workspace, deadline)
            run = history.read_run(event.run_id)
            experiment_id = run.experiment_id or event.experiment_id
            experiment_name = event.experiment_name or history.read_experiment_name(experiment_id)
            return RunSnapshot(
                workspace=event.workspace,
                run=history.summarize(event.run_id, run),
                parent=history.read_parent(run.parent_run_id) if run.parent_run_id else None,
                root_run_id=run.root_run_id or run.parent_run_id or event.run_id,
                experiment_id=experiment_id,
                experiment_name=experiment_name,
                run_type=run.run_type,
                created_time=run.created_utc,
                submitted_by=_submitter(run),
                tags=run.tags or {},
                details=history.read_details(event.run_id, experiment_name, run))
        finally:
            _deadline.reset(token)

    def _open(self, workspace_id: WorkspaceId, deadline: Deadline) -> "_RunHistory":
        with self._lock:
            opening = self._openings.get(workspace_id)
            if opening is None or opening.has_failed():
                opening = self._openings[workspace_id] = _Opening(workspace_id, self._auth)
        return opening.wait(deadline)


class _Opening:
    """A workspace being opened, in a thread of its own: the SDK's requests for that have no time-out, deliveries do."""

    def __init__(self, workspace_id: WorkspaceId, auth: TokenAuthentication):
        self._what = f"workspace {workspace_id.arm_id}"
        self._started = time.monotonic()
        self._opened: Future[_RunHistory] = Future()
        threading.Thread(target=self._run, args=(workspace_id, auth), name="open-workspace", daemon=True).start()

    def wait(self, deadline: Deadline) -> "_RunHistory":
        try:
            return self._opened.result(deadline.remaining_seconds())
        except TimeoutError as exc:
            raise RunHistoryError(f"{self._what} could not be opened in time; Event Grid delivers the event again"
                                  ) from exc

    def has_failed(self) -> bool:
        if self._opened.done():
            return self._opened.exception() is not None
        return time.monotonic() - self._started > _ABANDONED_SECONDS

    def _run(self, workspace_id: WorkspaceId, auth: TokenAuthentication) -> None:
        try:
            with reading(self._what):
                self._opened.set_result(_RunHistory(Workspace(
                    workspace_id.subscription_id, workspace_id.resource_group, workspace_id.name, auth=auth)))
        except MonitorError as exc:
            self._opened.set_exception(exc)


class _RunHistory:
    """The runs of one workspace, through the REST clients that azureml-core keeps for it.

    The SDK's own Run makes the same requests, but builds six clients for each run, keeps a handler of each for ever,
    waits up to 32 s before it repeats a request, and fails on a run without a number. A test holds what is read here to
    what Run answers.
    """

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

    def read_details(self, run_id: str, experiment_name: str | None, run: RunDto) -> dict[str, Any]:
        """What `Run.get_details()` documents, as plain values, in three requests; of the run itself where they cannot
        be understood.

        That method also looks up every output dataset in the workspace, and fails where one is gone.
        """
        try:
            found = self._try(f"details of run {run_id}",
                              lambda: self._history.run.get_details(*self._scope, experiment_name, run_id))
        except RunHistoryError as exc:
            if not exc.is_malformed:
                raise
            _log.warning("%s; the run is recorded with what the run itself says", exc)
            found = run
        known = found.as_dict(key_transformer=camel_case_transformer)
        details = {name: value for name, value in known.items() if name in _DETAILS}
        details["logFiles"] = {**details.get("logFiles", {}), **self._read_log_files(run_id, run.data_container_id)}
        details["inputDatasets"] = [_describe_input(dataset) for dataset in details.get("inputDatasets") or ()]
        return {**details, "submittedBy": _submitter(run)}

    def _read_log_files(self, run_id: str, container: str | None) -> dict[str, str]:
        """Signed URLs by path. Their names are worth two requests, but not the record."""
        try:
            pages = [self._list_artifacts(run_id, container, folder) for folder in _LOG_FOLDERS] if container else []
            return {file.path: file.content_uri for page in pages for file in page.value or ()}
        except (RunHistoryError, IdentityError) as exc:
            _log.warning("%s; the run is recorded without them", exc)
            return {}

    def _list_artifacts(self, run_id: str, container: str, folder: str) -> PaginatedArtifactContentInformationDto:
        return self._try(f"log files of run {run_id}", lambda: self._artifacts.artifact.list_sas_by_prefix(
            *self._scope, "ExperimentRun", container, folder))

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
        raise RunHistoryError("no time left to read the run; Event Grid delivers the event again")
    return {**keywords, "timeout": seconds}


def _submitter(run: RunDto) -> str | None:
    return run.created_by.user_name if run.created_by else None


def _describe_input(dataset: dict[str, Any]) -> dict[str, Any]:
    """An input dataset in the shape of `Run.get_details()`."""
    return {"dataset": {"id": (dataset.get("identifier") or {}).get("savedId")},
            "consumptionDetails": {"type": dataset.get("consumptionType"), **(dataset.get("inputDetails") or {})}}
