"""Three ways to start the pipeline: the function, a schedule of the workspace, Data Factory's call."""
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ....cloud import LocalAzure
from ....functions_host.command import APP
from ....functions_host.routes import Keys
from ...connecting import read_error
from ...failure import CommandError
from ..caller import Caller, client_of
from ..programs import run_python
from .data_factory import declared_call, host
from .pipeline import NAME

SCHEDULE, FACTORY = "every-minute", "nightly"
_COMMAND_SECONDS = 60
_DUE_SECONDS = 60


def submit_by_function(local_azure: LocalAzure) -> str:
    """The id of the run that `SubmitPipeline` starts. Raises CommandError, as all here do."""
    return str(_ask_function(local_azure, "POST", f"pipelines/{NAME}/runs", headers={"Idempotency-Key": "the demo's"},
                             json={"experiment_name": NAME, "parameters": {"rows": 50}})["run_id"])


def read_status(local_azure: LocalAzure, run_id: str) -> str:
    """As `RunStatus` tells it."""
    return str(_ask_function(local_azure, "GET", f"runs/{run_id}")["status"])


def submit_by_data_factory(local_azure: LocalAzure, caller: Caller, region: str, pipeline_id: str) -> str:
    """The run's id. The call is made to this machine, and is the declared one otherwise."""
    call = declared_call(FACTORY, region, caller.workspace_id, pipeline_id, NAME, {"threshold": "0.9"},
                         datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    url = call.url.replace(host(region), local_azure.endpoints.machine_learning)
    return str(caller.ask(call.method, url, call.body, audience=call.audience, headers=call.headers)["Id"])


def create_schedule(local_azure: LocalAzure, pipeline_id: str, pause: Callable[[float], None]) -> str:
    """The id of a schedule that is due every minute."""
    created = manage_schedules(
        local_azure, pause, "create", SCHEDULE, "--published", pipeline_id, "--experiment", NAME,
        "--frequency", "Minute", "--start", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "--parameter", "rows=20")
    return created.removeprefix("created ")


def wait_for_schedule(caller: Caller, schedule_id: str, pause: Callable[[float], None]) -> str:
    """The id of the run that the schedule has started."""
    url = f"{caller.find_services()}/pipelines/v1.0{caller.workspace_id}/PipelineRuns/Schedule/{schedule_id}/Last"
    deadline = time.monotonic() + _DUE_SECONDS
    while time.monotonic() < deadline:
        if last := caller.ask("GET", url):
            return str(last["Id"])
        pause(0.2)
    raise CommandError(f"the schedule {SCHEDULE} has started no run within {_DUE_SECONDS} seconds")


def manage_schedules(local_azure: LocalAzure, pause: Callable[[float], None], *arguments: str) -> str:
    """What `python -m PipelineSchedule` prints."""
    ended = run_python(["-m", "PipelineSchedule", *arguments], local_azure.function_environment(), pause,
                       seconds=_COMMAND_SECONDS, folder=APP)
    if ended.returncode:
        raise CommandError(f"python -m PipelineSchedule {arguments[0]}: {ended.stderr.strip()}")
    return ended.stdout.strip()


def _ask_function(local_azure: LocalAzure, method: str, path: str, **given: Any) -> dict[str, Any]:
    """With the key that a caller of the functions has."""
    endpoints = local_azure.endpoints
    key = Keys.of(endpoints.functions_key).function
    with client_of(endpoints.certificate_authority) as client:
        answer = client.request(method, f"{endpoints.functions_host}/api/{path}", **{
            **given, "headers": {"x-functions-key": key, **given.get("headers", {})}})
    if not answer.is_success:
        raise CommandError(f"{method} /api/{path}: {read_error(answer)}")
    found: dict[str, Any] = answer.json()
    return found
