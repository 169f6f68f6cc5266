"""An ended run as a span of its pipeline run's trace, which Application Insights draws as a Gantt chart. Pure.

A root run is a request; the runs below it are dependencies, each of the run that started it. Ids are made of run ids,
and each attempt at a step has a run id of its own, so a run recorded twice is the same span. Properties have the names
of OpenTelemetry's "Semantic conventions for CICD spans" where these have one, and otherwise those of the record's
dimensions.
"""
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from . import texts

STEP = "Azure ML step"  # the type of a dependency, which the portal shows

_NAME_UNITS = 256
_VALUE_UNITS = 1_024
# What the service takes ("Request telemetry: Application Insights data model"); it refuses an item beyond them.
_URL_UNITS = 2_048
_LONGEST_MS = 1_000 * 86_400_000 - 1  # less than 1,000 days
_RESULTS = {"Completed": "success", "Failed": "failure", "Canceled": "cancellation", "NotResponding": "error"}
_CARRIED = ("type", "experiment_name", "workspace_name", "run_id", "parent_run_id", "run_status", "run_type",
            "start_time_utc_ms", "end_time_utc_ms", "queue_time_ms", "is_reused", "is_orchestrating", "target",
            "error_fingerprint", "failed_step_name", "failed_step_count", "record_version")


@dataclass(frozen=True, slots=True)
class Span:
    """`start_ms` since the epoch, UTC; `duration_ms` and `url` no longer than the service takes; `result_code` is the
    run's status; `parent_id` is None for a request."""

    id: str
    parent_id: str | None
    name: str
    pipeline: str
    start_ms: int
    duration_ms: int
    is_success: bool
    result_code: str
    target: str | None
    url: str | None
    properties: Mapping[str, str]


def of(found: Mapping[str, str], portal_url: str | None, root_portal_url: str | None = None) -> Span | None:
    """The span of a run with these dimensions; None for one that has not ended, or of which no time is known."""
    status, run_id = found["run_status"], found["run_id"]
    start_ms = found.get("start_time_utc_ms") or found.get("created_time_utc_ms")
    if status not in _RESULTS or not start_ms:
        return None
    is_root = found["root_run_id"] == run_id
    pipeline = texts.shorten(found.get("experiment_name", "unknown experiment"), _NAME_UNITS)
    name = pipeline if is_root else texts.shorten(found.get("step_name", "unknown step"), _NAME_UNITS)
    if found["parent_run_id"] == found["root_run_id"]:
        root_portal_url = found.get("run_url")
    own = _pipeline_properties(found) if is_root else _task_properties(found, name, portal_url)
    own["cicd.pipeline.run.url.full"] = portal_url if is_root else root_portal_url
    known = {**{key: found.get(key) for key in _CARRIED}, "cicd.pipeline.name": pipeline, **own}
    return Span(
        id=span_id(run_id),
        parent_id=None if is_root else span_id(_parent(found)),
        name=name,
        pipeline=pipeline,
        start_ms=int(start_ms),
        duration_ms=min(int(found.get("execution_time_ms", 0)), _LONGEST_MS),
        is_success=status == "Completed",
        result_code=status,
        target=texts.shorten(found.get("target", ""), _VALUE_UNITS) or None,
        url=portal_url and texts.shorten(portal_url, _URL_UNITS),
        properties={key: texts.shorten(value, _VALUE_UNITS) for key, value in known.items() if value})


def span_id(run_id: str) -> str:
    """16 hexadecimal digits, as OpenTelemetry has them."""
    return hashlib.sha256(run_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _parent(found: Mapping[str, str]) -> str:
    """A run that has a root above it but no parent hangs on the root."""
    return found["parent_run_id"] if found["parent_run_id"] != found["run_id"] else found["root_run_id"]


def _pipeline_properties(found: Mapping[str, str]) -> dict[str, str | None]:
    return {
        "cicd.pipeline.run.id": found["run_id"],
        "cicd.pipeline.result": _RESULTS[found["run_status"]],
        "error.type": _error_type(found, "failed_step_error_code", "error_code"),
    }


def _task_properties(found: Mapping[str, str], name: str, portal_url: str | None) -> dict[str, str | None]:
    return {
        "cicd.pipeline.run.id": found["root_run_id"],
        "cicd.pipeline.task.name": name,
        "cicd.pipeline.task.run.id": found["run_id"],
        "cicd.pipeline.task.run.url.full": portal_url,
        "cicd.pipeline.task.run.result": _RESULTS[found["run_status"]],
        "error.type": _error_type(found, "error_code"),
    }


def _error_type(found: Mapping[str, str], *names: str) -> str | None:
    """The code of the error, or else the status of a run that failed without one."""
    codes = (found[name] for name in names if name in found)
    is_error = _RESULTS[found["run_status"]] in ("failure", "error")
    return next(codes, found["run_status"]) if is_error else None
