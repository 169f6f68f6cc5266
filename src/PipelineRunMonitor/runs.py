"""RunEvent -> RunSnapshot, through azureml-core; the only module that imports azureml.

One Workspace is opened per monitored workspace and kept for the life of the worker; its tokens come from
azure-identity. What the event already says (experiment, run id) is not asked again.
"""
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from azure.core.credentials import TokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azureml._restclient.models import RunDto
from azureml._restclient.utils import camel_case_transformer
from azureml.core import Experiment, Run, Workspace
from azureml.core.authentication import TokenAuthentication
from azureml.exceptions import AuthenticationException

from .errors import IdentityError, MonitorError, RunHistoryError, RunNotFoundError
from .events import RunEvent
from .snapshots import RunSnapshot, RunSummary
from .workspaces import WorkspaceId

_log = logging.getLogger(__name__)


class RunReader:
    """Reads runs with one credential; safe to use from many threads."""

    def __init__(self, credential: TokenCredential):
        self._auth = TokenAuthentication(_token_source(credential))
        self._workspaces: dict[WorkspaceId, Workspace] = {}
        self._opening = threading.Lock()

    def read(self, event: RunEvent) -> RunSnapshot:
        """The run of the event, its parent and its details.

        Raises RunNotFoundError when run history does not know the run (yet), IdentityError when the identity got no
        token or was refused, RunHistoryError for everything else that kept the run from being read.
        """
        workspace = self._open(event.workspace)
        with _reading(f"run {event.run_id} of workspace {event.workspace.name}"):
            run = _open_run(workspace, event)
            found = _record_of(run)
            parent = _read_parent(run.experiment, found.parent_run_id) if found.parent_run_id else None
            return RunSnapshot(
                workspace=event.workspace,
                run=_summarize(run),
                parent=parent,
                root_run_id=found.root_run_id or found.parent_run_id or run.id,
                experiment_id=run.experiment.id,
                experiment_name=run.experiment.name,
                run_type=found.run_type,
                created_time=found.created_utc,
                submitted_by=found.created_by.user_name if found.created_by else None,
                tags=found.tags or {},
                details=_read_details(run))

    def _open(self, workspace_id: WorkspaceId) -> Workspace:
        with self._opening:
            if workspace_id not in self._workspaces:
                with _reading(f"workspace {workspace_id.arm_id}"):
                    self._workspaces[workspace_id] = Workspace(
                        workspace_id.subscription_id, workspace_id.resource_group, workspace_id.name, auth=self._auth)
            return self._workspaces[workspace_id]


def _token_source(credential: TokenCredential) -> Callable[[str], str]:
    def get_token(audience: str) -> str:
        try:
            return credential.get_token(f"{audience}/.default").token
        except ClientAuthenticationError as exc:
            raise IdentityError(f"no token for {audience}: {exc.message}; enable the managed identity of the Function "
                                "App, or set TENANT_ID, APP_ID and SERVICE_PRINCIPAL_PASSWORD, or run az login"
                                ) from exc
    return get_token


def _open_run(workspace: Workspace, event: RunEvent) -> Run:
    """One request where the event names the experiment, two where it does not."""
    if not (event.experiment_id and event.experiment_name):
        return Run.get(workspace, event.run_id)
    experiment = Experiment(workspace, event.experiment_name, _skip_name_validation=True, _id=event.experiment_id,
                            _create_in_cloud=False)
    return _new_run(experiment, event.run_id)


def _new_run(experiment: Experiment, run_id: str) -> Run:
    """One request. Without clean_up=False, and through `run.parent`, the SDK keeps a handler of every run for ever."""
    return Run(experiment, run_id, clean_up=False)


def _read_parent(experiment: Experiment, run_id: str) -> RunSummary:
    """A parent that is gone still has its id; the run is recorded with that."""
    try:
        with _reading(f"parent run {run_id}"):
            return _summarize(_new_run(experiment, run_id))
    except RunNotFoundError as exc:
        _log.warning("%s; the run is recorded without its parent's name, number and status", exc)
        return RunSummary(id=run_id)


def _summarize(run: Run) -> RunSummary:
    found = _record_of(run)
    return RunSummary(id=run.id, name=found.name, display_name=found.display_name, number=found.run_number,
                      status=found.status, portal_url=run.get_portal_url())


def _record_of(run: Run) -> RunDto:
    """The run as run history answered it: public properties warn (number), ask again (tags) or lack it (created)."""
    return run._client.run_dto


def _read_details(run: Run) -> dict[str, Any]:
    """What `Run.get_details()` documents, as plain values, in three requests.

    The method itself looks up every output dataset in the workspace and fails where one is gone or may not be read.
    """
    details = run._client.get_runstatus().as_dict(key_transformer=camel_case_transformer)
    details["logFiles"] = {**details.get("logFiles", {}), **_read_log_files(run)}
    details["inputDatasets"] = [_describe_input(dataset) for dataset in details.get("inputDatasets") or ()]
    created_by = _record_of(run).created_by
    return {**details, "submittedBy": created_by.user_name if created_by else None}


def _read_log_files(run: Run) -> dict[str, str]:
    """Their names are worth two requests, not the record."""
    try:
        with _reading(f"log files of run {run.id}"):
            return run._get_common_runtime_logs()
    except MonitorError as exc:
        _log.warning("%s; the run is recorded without them", exc)
        return {}


def _describe_input(dataset: dict[str, Any]) -> dict[str, Any]:
    """An input dataset in the shape of `Run.get_details()`."""
    return {"dataset": {"id": (dataset.get("identifier") or {}).get("savedId")},
            "consumptionDetails": {"type": dataset.get("consumptionType"), **(dataset.get("inputDetails") or {})}}


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """Turns whatever azureml-core, msrest and requests raise into this package's errors."""
    try:
        yield
    except MonitorError:
        raise
    except Exception as exc:
        raise _translate(exc, what) from exc


def _translate(exc: Exception, what: str) -> MonitorError:
    chain = list(_chain(exc))
    own = next((cause for cause in chain if isinstance(cause, MonitorError)), None)
    if own is not None:
        return own
    status = next((cause.response.status_code for cause in chain if hasattr(cause, "response")
                   and cause.response is not None), None)
    if status == 404:
        return RunNotFoundError(f"{what} not found: it may not be visible yet; if this lasts, check that the settings "
                                "name the workspace and that the run was not deleted")
    if status in (401, 403) or isinstance(exc, AuthenticationException):
        return IdentityError(f"not allowed to read {what} ({status or exc}): give the identity of the Function App a "
                             "role on the workspace that may read runs, for one AzureML Data Scientist")
    if status == 429:
        return RunHistoryError(f"throttled while reading {what}: Event Grid delivers the event again later")
    cause = f"HTTP {status}" if status else f"{type(exc).__name__}: {exc}"
    return RunHistoryError(f"could not read {what}: {cause}; Event Grid delivers the event again. If this lasts, look "
                           "at the health of Azure Machine Learning")


def _chain(exc: BaseException | None) -> Iterator[BaseException]:
    """The exception and what it came from: the SDK hides the HTTP answer behind exceptions of its own."""
    seen: set[int] = set()
    while isinstance(exc, BaseException) and id(exc) not in seen:
        seen.add(id(exc))
        yield exc
        inner = getattr(exc, "inner_exception", None)  # msrest's may be an answer instead of an exception
        exc = inner if isinstance(inner, BaseException) else exc.__cause__ or exc.__context__
