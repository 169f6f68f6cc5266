"""JSON off the wire -> events: the Event Grid schema or CloudEvents 1.0, one event or a batch. Pure.

A run event has what the record needs of it; another event type only its name; what is malformed becomes an
`InvalidEvent` with every problem of it, so that a batch never fails for one bad event. Source of the fields:
Microsoft's "Azure Machine Learning as an Event Grid source".
"""
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from azure_access.answers import Fields
from azure_access.errors import InvalidEventError
from azure_access.times import parse_time
from azure_access.workspaces import WorkspaceId

from .. import statuses

RUN_COMPLETED = "Microsoft.MachineLearningServices.RunCompleted"
RUN_STATUS_CHANGED = "Microsoft.MachineLearningServices.RunStatusChanged"
PIPELINE_RUN = "azureml.PipelineRun"  # a type of run, beside those of steps and scripts

_STATUSES = {status.casefold(): status for status in statuses.ALL}
_RUN_ID = re.compile(r"(?!\.{1,2}$)[^\s/\\?#%\x00-\x1f\ud800-\udfff]{1,256}")  # it becomes a segment of a URL


@dataclass(frozen=True, slots=True)
class RunEvent:
    """A run completed or changed its status. Tags and properties are the run's as the event tells them.

    `source` is another word where no event told of it: then id, type and time are empty.
    """

    id: str | None
    type: str
    time: datetime | None
    workspace: WorkspaceId
    run_id: str
    run_status: str
    run_type: str | None
    experiment_id: str | None
    experiment_name: str | None
    tags: Mapping[str, Any]
    properties: Mapping[str, Any]
    source: str = "event"
    created_by: str | None = None

    @property
    def pipeline_run_id(self) -> str | None:
        """The pipeline run that a step belongs to, where the event says it; it need not be the step's parent."""
        found = Fields(self.tags).text("azureml.pipelinerunid")
        return found if is_run_id(found) and found != self.run_id else None


@dataclass(frozen=True, slots=True)
class OtherEvent:
    """A well-formed event of a type that is not recorded: a model was registered, a dataset drifted."""

    id: str | None
    type: str


@dataclass(frozen=True, slots=True)
class InvalidEvent:
    """What arrived, as text, and why it is no event."""

    id: str | None
    reason: str
    text: str


Event = RunEvent | OtherEvent | InvalidEvent


def is_run_id(value: object) -> bool:
    return isinstance(value, str) and _RUN_ID.fullmatch(value) is not None


def parse(text: str, monitored: Sequence[WorkspaceId]) -> list[Event]:
    """The events in a request's body, in order; never empty and never raises for what the text holds.

    `monitored`: the workspaces whose runs are recorded, one at least. A run event of another workspace is invalid.
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as exc:
        return [InvalidEvent(None, f"not JSON: {exc}" if text.strip() else "empty body", text)]
    if body == []:
        return [InvalidEvent(None, "an empty list of events", text)]
    return [_parse_one(element, monitored) for element in (body if isinstance(body, list) else [body])]


def _parse_one(body: object, monitored: Sequence[WorkspaceId]) -> Event:
    try:
        return _Reader(body, monitored).read()
    except InvalidEventError as exc:
        event_id = body.get("id") if isinstance(body, dict) else None
        return InvalidEvent(event_id if isinstance(event_id, str) else None, str(exc), _dump(body))


class _Reader:
    """Reads one event and collects its problems, one per field, instead of stopping at the first."""

    def __init__(self, body: object, monitored: Sequence[WorkspaceId]):
        if not isinstance(body, dict):
            raise InvalidEventError(f"not an event but {_kind(body)}")
        self._body, self._monitored = body, monitored
        self._problems: list[str] = []

    def read(self) -> RunEvent | OtherEvent:
        event_id = self._text("id")
        event_type = self._text("eventType", "type", "event_type")
        if event_type is None and not self._problems:
            self._problems.append("no event type")
        if event_type and event_type.casefold() not in (RUN_COMPLETED.casefold(), RUN_STATUS_CHANGED.casefold()):
            return OtherEvent(event_id, event_type)
        event = self._run_event(event_id, event_type or "")
        if self._problems:
            raise InvalidEventError("; ".join(self._problems))
        return event

    def _run_event(self, event_id: str | None, event_type: str) -> RunEvent:
        data = Fields(self._mapping(self._body.get("data"), "data"))
        return RunEvent(
            id=event_id,
            type=event_type,
            time=self._time("eventTime", "time", "event_time"),
            workspace=self._workspace(),
            run_id=self._run_id(data),
            run_status=self._status(data, event_type),
            run_type=self._data_text(data, "runType"),
            experiment_id=self._data_text(data, "experimentId"),
            experiment_name=self._data_text(data, "experimentName"),
            tags=self._mapping(data.value("runTags"), "data.runTags"),
            properties=self._mapping(data.value("runProperties"), "data.runProperties"),
            created_by=data.text("createdBy") or data.text("createdBy", "userName"))

    def _text(self, *names: str) -> str | None:
        """The first of these fields that is there: Event Grid's name, CloudEvents', the Python attribute's."""
        return self._string(self._field(*names), names[0])

    def _field(self, *names: str) -> object:
        return next((self._body[name] for name in names if self._body.get(name) is not None), None)

    def _data_text(self, data: Fields, name: str) -> str | None:
        """Its documentation writes RunTags for what is sent as runTags."""
        return self._string(data.value(name), f"data.{name}")

    def _string(self, value: object, name: str) -> str | None:
        if value is not None and not isinstance(value, str):
            self._problems.append(f"{name} is {_kind(value)}, not a text")
            return None
        return value or None

    def _mapping(self, value: object, path: str) -> Mapping[str, Any]:
        if value is not None and not isinstance(value, dict):
            self._problems.append(f"{path} is {_kind(value)}, not an object")
        return value if isinstance(value, dict) else {}

    def _time(self, *names: str) -> datetime | None:
        value = self._field(*names)
        try:
            return None if value is None else parse_time(value)
        except ValueError:
            self._problems.append(f"{names[0]} is no ISO 8601 time")
            return None

    def _workspace(self) -> WorkspaceId:
        """The monitored workspace, as the settings spell it. An event without a topic belongs to the only one."""
        topic = self._text("topic", "source")
        if topic is None and len(self._monitored) > 1:
            self._problems.append("no topic that tells which of the monitored workspaces the run belongs to")
        if topic is None:
            return self._monitored[0]
        try:
            named = WorkspaceId.from_arm_id(topic)
        except ValueError as exc:
            self._problems.append(f"topic: {exc}")
            return self._monitored[0]
        found = next((workspace for workspace in self._monitored if workspace.is_same(named)), None)
        if found is None:
            self._problems.append(f"the workspace {named.arm_id} is not monitored: if it should be, name it in "
                                  "MONITORED_WORKSPACES")
        return found or named

    def _run_id(self, data: Fields) -> str:
        run_id = self._data_text(data, "runId")
        if run_id is None:
            self._problems.append("no run id in data.runId")
        elif not is_run_id(run_id):
            self._problems.append("data.runId is no run id")
        return run_id or ""

    def _status(self, data: Fields, event_type: str) -> str:
        """As Azure spells it: the documentation shows `failed`, live events `Failed`. RunCompleted may leave it out."""
        status = self._data_text(data, "runStatus")
        if status is None and event_type.casefold() == RUN_COMPLETED.casefold():
            return "Completed"
        if status is None:
            self._problems.append("no run status in data.runStatus")
        return _STATUSES.get((status or "").casefold(), status or "")


def _dump(body: object) -> str:
    try:
        return json.dumps(body, ensure_ascii=False)
    except RecursionError:
        return "[nested too deep]"


def _kind(value: object) -> str:
    kinds = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list",
             dict: "an object"}
    return kinds[type(value)]
