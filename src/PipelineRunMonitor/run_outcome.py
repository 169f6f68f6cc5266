"""What became of a run, asked for by its id and not told by an event: the same that its record says, error and cause
included. Secrets are taken out as there.
"""
import os
import threading
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from azure_access.credentials import credential
from azure_access.deadline import Deadline
from azure_access.errors import RunNotFoundError
from azure_access.workspaces import WorkspaceId

from .events.parsing import RunEvent, is_run_id
from .records import dimensions
from .runs.opening import open_reader
from .runs.reader import RunReader
from .settings import Settings

_opened: tuple[WorkspaceId, RunReader] | None = None
_opening = threading.Lock()


def read(run_id: str, seconds: float) -> Mapping[str, Any]:
    """A run of the first workspace that is monitored, as a JSON object. Raises MonitorError."""
    workspace, runs = _open()
    if not is_run_id(run_id):
        raise RunNotFoundError("that is no id of a run: take the one that was answered when it was started")
    event = RunEvent(id=None, type="", time=None, workspace=workspace, run_id=run_id, run_status="", run_type=None,
                     experiment_id=None, experiment_name=None, tags={}, properties={}, source="request")
    return describe(dimensions.of(event, runs.read(event, Deadline(seconds))))


def describe(found: Mapping[str, str]) -> dict[str, Any]:
    """The dimensions of a record, as a program asks for them. Pure."""
    answer = {
        "run_id": found.get("run_id"), "experiment_name": found.get("experiment_name"), "status": found.get("status"),
        "created_time": _time(found.get("created_time_utc_ms")), "start_time": _time(found.get("start_time_utc_ms")),
        "end_time": _time(found.get("end_time_utc_ms")), "portal_url": found.get("run_url"),
        "error": _some(code=found.get("error_code"), message=found.get("error_message")),
        "cause": _some(step_name=found.get("failed_step_name"), run_id=found.get("failed_step_run_id"),
                       code=found.get("failed_step_error_code"), message=found.get("failed_step_error_message"),
                       portal_url=found.get("failed_step_run_url"))}
    return {name: value for name, value in answer.items() if value is not None}


def _some(**values: str | None) -> dict[str, str] | None:
    return {name: value for name, value in values.items() if value is not None} or None


def _time(milliseconds: str | None) -> str | None:
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, timezone.utc).isoformat().replace("+00:00", "Z")


def _open() -> tuple[WorkspaceId, RunReader]:
    """Once for each worker, and again while a setting is wrong."""
    global _opened
    with _opening:
        if _opened is None:
            settings = Settings.from_environment(os.environ)
            _opened = settings.workspaces[0], open_reader(settings, credential(settings.identity))
        return _opened
