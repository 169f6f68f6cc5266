"""Trees of runs as the function has recorded them: by the present version of the record, and by the first one.

A tree comes from a field case of tests/data, or from tests/queries/data/run_trees.json: there a run is an object with
its `id`, the `minutes` from its start to its end (null while it runs), and what else is not as usual; `below` it are
the runs that it started.
"""
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from azure_access.times import parse_time, to_milliseconds
from PipelineRunMonitor import statuses

FIELD_CASES = Path(__file__).parents[1] / "data" / "field_cases"
TREES = Path(__file__).parent / "data" / "run_trees.json"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
VERSIONS = ("1", "2")
LAG = timedelta(seconds=4)
_OWN = ("step_type", "node_id", "target", "script", "command", "node_count")
_ORCHESTRATING = ("azureml.pipelinerun", "hyperdrive", "automl", "hyperdrivestep", "automlstep")


@dataclass(frozen=True, slots=True)
class TreeRun:
    """A run without `ended` is in progress. `recorded` are the times of its records and the statuses in these."""

    id: str
    parent_id: str | None
    root_id: str
    status: str
    created: datetime | None
    started: datetime | None
    ended: datetime | None
    recorded: tuple[tuple[datetime, str], ...]
    names: Mapping[str, str | None] = field(default_factory=dict)
    """Dimensions that are the run's own: its name, types, node, target and so on."""

    @property
    def is_orchestrating(self) -> bool:
        words = (self.names.get("run_type"), self.names.get("step_type"))
        return any(word is not None and word.casefold() in _ORCHESTRATING for word in words)


def field_case(name: str) -> list[TreeRun]:
    """Every run of the case as it is at the end, recorded when its events came."""
    case = json.loads((FIELD_CASES / f"{name}.json").read_text("utf-8"))
    states: dict[str, Any] = {}
    recorded: dict[str, list[tuple[datetime, str]]] = {}
    types: dict[str, str | None] = {}
    for step in case["steps"]:
        states |= step["runs"]
        run_id = step["event"]["data"]["runId"]
        types[run_id] = step["event"]["data"].get("runType")
        recorded.setdefault(run_id, []).append((_time(step["event"]["eventTime"]) + LAG, states[run_id]["status"]))
    return [_of_case(run, case["experiment"]["name"], types.get(run_id), recorded.get(run_id, []))
            for run_id, run in states.items()]


def trees() -> dict[str, Any]:
    """What is odd about each tree: its runs below `root`, and `expected`."""
    return json.loads(TREES.read_text("utf-8"))


def runs_of(name: str, tree: Mapping[str, Any]) -> list[TreeRun]:
    """In an experiment of that name, which their ids have before them: "name: id". The root comes first."""
    return list(_flattened(tree["root"], None, name))


def records_of(runs: Iterable[TreeRun], version: str) -> list[tuple[datetime, dict[str, str]]]:
    """Times and dimensions, in the order of sending."""
    by_id = {run.id: run for run in runs}
    sent = [(time, _dimensions(run, by_id, time, status, version)) for run in by_id.values()
            for time, status in run.recorded]
    return sorted(sent, key=lambda each: each[0])


def _of_case(run: Mapping[str, Any], experiment: str, event_type: str | None,
             recorded: list[tuple[datetime, str]]) -> TreeRun:
    properties, definition = run.get("properties") or {}, run.get("runDefinition") or {}
    error = (run.get("error") or {}).get("error") or {}
    return TreeRun(
        id=run["runId"], parent_id=run.get("parentRunId") or None, root_id=run["rootRunId"], status=run["status"],
        created=_time(run.get("createdUtc")), started=_time(run.get("startTimeUtc")),
        ended=_time(run.get("endTimeUtc")) if run["status"] in statuses.ENDED else None, recorded=tuple(recorded),
        names={
            "experiment_name": experiment, "step_name": run.get("name") or run.get("displayName"),
            "run_type": run.get("runType") or event_type or properties.get("azureml.runsource"),
            "step_type": properties.get("StepType"), "node_id": properties.get("azureml.nodeid"),
            "target": run.get("target"), "script": definition.get("script"),
            "node_count": _text(definition.get("nodeCount")), "error_code": error.get("code"),
            "error_message": error.get("message")})


def _flattened(run: Mapping[str, Any], parent: TreeRun | None, name: str) -> Iterator[TreeRun]:
    run_id = f"{name}: {run['id']}"
    started = NOON + timedelta(minutes=run.get("start", 0))
    ended = None if run["minutes"] is None else started + timedelta(minutes=run["minutes"])
    status = run.get("status", "Completed" if ended else "Running")
    usual = [{"minute": (ended - NOON) / timedelta(minutes=1), "status": status}] if ended else []
    own = {dimension: run[dimension] for dimension in _OWN if dimension in run}
    found = TreeRun(
        id=run_id, parent_id=parent and parent.id, root_id=parent.root_id if parent else run_id, status=status,
        created=started, started=started, ended=ended,
        recorded=tuple((NOON + timedelta(minutes=each["minute"]), each["status"])
                       for each in run.get("recorded", usual)),
        names={"experiment_name": name, "run_type": run.get("type", "azureml.StepRun"),
               "step_name": run.get("name", run["id"]), **own})
    yield found
    for below in run.get("below", ()):
        yield from _flattened(below, found, name)


def _dimensions(run: TreeRun, runs: Mapping[str, TreeRun], time: datetime, status: str,
                version: str) -> dict[str, str]:
    parent = runs.get(run.parent_id or run.id)
    ended = run.ended if status in statuses.ENDED else None
    found = {
        "type": "run_detail", "workspace_name": "sample-ws", "amlWorkSpace": "sample-ws", "submitted_by": "Ada",
        "run_id": run.id, "step_id": run.id, "parent_run_id": run.parent_id or run.id, "root_run_id": run.root_id,
        "parent_run_name": parent.names.get("step_name") if parent else None,
        "parent_run_status": None if parent is None else status if parent is run else _status_at(parent, time),
        "run_status": status, "status": status,
        "run_url": f"https://ml.azure.com/runs/{run.parent_id or run.id}?wsid=w",
        "created_time_utc_ms": _milliseconds(run.created), "start_time_utc_ms": _milliseconds(run.started),
        "end_time_utc_ms": _milliseconds(ended), "execution_time_ms": _difference(run.started, ended),
        "queue_time_ms": _difference(run.created, run.started), "record_version": version, **run.names}
    if version != "1":
        found |= {"pipelinerunid": run.root_id, "is_orchestrating": "true" if run.is_orchestrating else None}
    if run.parent_id is None:
        found |= _failed_steps(run, runs, time, version)
    return {name: value for name, value in found.items() if value}


def _failed_steps(root: TreeRun, runs: Mapping[str, TreeRun], time: datetime, version: str) -> dict[str, str | None]:
    """The first version counts every failure, later ones none that was absorbed."""
    failed = [run for run in runs.values() if run.parent_id and run.root_id == root.id
              and _status_at(run, time) in statuses.FAILED and (version == "1" or not _is_absorbed(run, runs, time))]
    explained = {run.parent_id for run in failed}
    causes = sorted((run for run in failed if run.id not in explained), key=lambda run: run.ended or time)
    if not causes:
        return {}
    first = causes[0]
    return {"failed_step_count": str(len(failed)), "failed_step_run_id": first.id,
            "failed_step_name": first.names.get("step_name") or (first.id if version != "1" else None),
            "failed_step_error_code": first.names.get("error_code"),
            "failed_step_error_message": first.names.get("error_message")}


def _is_absorbed(run: TreeRun, runs: Mapping[str, TreeRun], time: datetime) -> bool:
    """By a later attempt at it, or at what it is below, or by a completed run on the way up."""
    if run.parent_id is None:
        return False
    node = run.names.get("node_id")
    mended = node and any(
        other.parent_id == run.parent_id and other.names.get("node_id") == node and other.created > run.created
        and _status_at(other, time) == "Completed" for other in runs.values())
    return bool(mended) or _status_at(run, time) == "Completed" or _is_absorbed(runs[run.parent_id], runs, time)


def _status_at(run: TreeRun, time: datetime) -> str:
    """A status that was recorded by then, or else whether it has ended."""
    recorded = [status for at, status in run.recorded if at <= time]
    return recorded[-1] if recorded else run.status if run.ended and run.ended <= time else "Running"


def _time(text: str | None) -> datetime | None:
    return parse_time(text) if text else None


def _milliseconds(time: datetime | None) -> str | None:
    return str(to_milliseconds(time)) if time else None


def _difference(earlier: datetime | None, later: datetime | None) -> str | None:
    return str(to_milliseconds(later) - to_milliseconds(earlier)) if earlier and later else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
