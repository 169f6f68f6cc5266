"""RunEvent + RunSnapshot -> custom dimensions: what queries filter and group by. Pure.

Every value is a text of at most 8,192 characters, and a dimension that is not known is absent, never "None". The run
wins over the event, which fills gaps. Names and meanings of the first two groups are those of the two samples that this
app replaces, so that their users' queries keep working; docs/record.md describes each.
"""
import json
from collections.abc import Mapping
from typing import Any

from azure_access.times import parse_time, to_milliseconds
from redaction.redactor import redact, redact_text

from .. import statuses
from ..events.parsing import PIPELINE_RUN, RunEvent
from ..runs.snapshots import RunSnapshot
from . import fingerprints, texts

RECORD_VERSION = "1"
LIMIT_UNITS = 8_192  # of one value
LIMIT_BYTES = 28_000  # of all of them: an item of 64 KB has to carry the message too


def of(event: RunEvent, snapshot: RunSnapshot) -> dict[str, str]:
    """The dimensions of a `run_detail` record, redacted."""
    source = _Source(event, snapshot)
    return fit(redact({**_first_sample(source), **_second_sample(source), **_own(source), **_failure(source)}))


def fit(values: Mapping[str, Any]) -> dict[str, str]:
    """Known values as texts within the limits; where all together are too long, the longest are cut to one length."""
    found = {name: texts.shorten(texts.clean(_text(value)), LIMIT_UNITS)
             for name, value in values.items() if value is not None and value != ""}
    limit = texts.find_largest_limit(lambda limit: count_bytes(_shorten(found, limit)) <= LIMIT_BYTES, LIMIT_UNITS)
    return _shorten(found, limit)


def _shorten(values: Mapping[str, str], limit_units: int) -> dict[str, str]:
    return {name: texts.shorten(value, limit_units) for name, value in values.items()}


def count_bytes(values: Mapping[str, str]) -> int:
    """Bytes of the names and values inside a JSON document, without what stands between them."""
    return sum(texts.count_json_bytes(name) + texts.count_json_bytes(value) for name, value in values.items())


def status_of(event: RunEvent, snapshot: RunSnapshot) -> str:
    """The run's status; the event's where the run history still lags behind the event that says the run ended."""
    status = snapshot.run.status
    lags_behind = event.run_status in statuses.ENDED and status not in statuses.ENDED
    return event.run_status if lags_behind or not status else status


class _Source:
    """Where the values are, looked up without regard to case: Azure ML writes StepType and stepType alike."""

    def __init__(self, event: RunEvent, snapshot: RunSnapshot):
        self.event, self.snapshot, self.details = event, snapshot, snapshot.details
        self.status = status_of(event, snapshot)
        self.error = _error(self.details.get("error"))
        self.start_ms = _milliseconds(self.details.get("startTimeUtc"))
        self.end_ms = _milliseconds(self.details.get("endTimeUtc"))
        self.created_ms = to_milliseconds(snapshot.created_time) if snapshot.created_time else None
        self._definition = _mapping(self.details.get("runDefinition"))
        self._named = [_folded(m) for m in (_mapping(self.details.get("properties")), event.properties,
                                            snapshot.tags, event.tags)]

    def named(self, *names: str) -> Any:
        """The first of these properties or tags that has a value."""
        found = (source.get(name.casefold()) for name in names for source in self._named)
        return next((value for value in found if value not in (None, "")), None)

    def defined(self, *path: str) -> Any:
        """A value of the run definition: defined("environment", "docker", "baseImage")."""
        value: Any = self._definition
        for name in path:
            value = _folded(_mapping(value)).get(name.casefold())
        return value


def _first_sample(source: _Source) -> dict[str, Any]:
    run = source.snapshot.run
    parent = source.snapshot.parent or run
    return {
        "parent_run_id": parent.id,
        "parent_run_name": parent.name or parent.display_name,
        "parent_run_number": parent.number,
        "run_number": run.number,
        "step_id": run.id,
        "step_name": run.name or run.display_name or source.named("azureml.moduleName"),
        "experiment_name": source.snapshot.experiment_name,
        "run_url": parent.portal_url,
        "parent_run_status": parent.status if source.snapshot.parent else source.status,
        "run_status": source.status,
        "type": "run_detail",
        "workspace_name": source.snapshot.workspace.name,
    }


def _second_sample(source: _Source) -> dict[str, Any]:
    snapshot = source.snapshot
    run_type = snapshot.run_type or source.event.run_type or source.named("azureml.runsource")
    return {
        "compute_target_type": source.named("ComputeTargetType"),
        "execution_time_ms": _difference(source.end_ms, source.start_ms),
        "start_time_utc_ms": source.start_ms,
        "end_time_utc_ms": source.end_ms,
        "experimentName": snapshot.experiment_name,
        "pipelinerunid": source.named("azureml.pipelinerunid") or _pipeline_run_id(source),
        "docker_image": source.defined("environment", "docker", "baseImage"),
        "experimentId": snapshot.experiment_id,
        "resourceGroup": snapshot.workspace.resource_group,
        "subscriptions": snapshot.workspace.subscription_id,
        "amlWorkSpace": snapshot.workspace.name,
        "snapshot_id": source.named("ContentSnapshotId"),
        "step_type": source.named("StepType"),
        "run_type": run_type,
        "node_id": source.named("azureml.nodeid"),
        "run_id": snapshot.run.id,
        "target": source.details.get("target") or source.defined("target"),
        "script": source.defined("script"),
        "status": source.status,
    }


def _own(source: _Source) -> dict[str, Any]:
    event, snapshot = source.event, source.snapshot
    return {
        "source": event.source,
        "event_id": event.id,
        "event_type": event.type,
        "event_time": event.time.isoformat().replace("+00:00", "Z") if event.time else None,
        "root_run_id": snapshot.root_run_id,
        "created_time_utc_ms": source.created_ms,
        "queue_time_ms": _difference(source.start_ms, source.created_ms),
        "submitted_by": snapshot.submitted_by,
        "display_name": snapshot.run.display_name,
        "git_repository": source.named("azureml.git.repository_uri", "mlflow.source.git.repoURL"),
        "git_commit": source.named("azureml.git.commit", "mlflow.source.git.commit"),
        "git_branch": source.named("azureml.git.branch", "mlflow.source.git.branch"),
        "git_dirty": source.named("azureml.git.dirty"),
        "error_code": source.error.get("code"),
        "error_message": source.error.get("message"),
        "is_reused": _is_reused(source),
        "node_count": source.defined("nodeCount"),
        "vm_size": source.defined("amlCompute", "vmSize"),
        "tags": dict(snapshot.tags) or None,
        "record_version": RECORD_VERSION,
    }


def _failure(source: _Source) -> dict[str, Any]:
    """What failed below a pipeline run, whatever that itself says, and what groups equal errors of different runs."""
    failed = source.snapshot.failed_steps
    if failed is None:
        return {"error_fingerprint": _fingerprint(source.error)}
    error = _error(failed.error)
    return {
        "failed_step_count": failed.count,
        "failed_step_name": failed.first.name or failed.first.display_name,
        "failed_step_run_id": failed.first.id,
        "failed_step_error_code": error.get("code"),
        "failed_step_error_message": error.get("message"),
        "failed_step_run_url": failed.first.portal_url,
        "error_fingerprint": _fingerprint(error) or _fingerprint(source.error),
    }


def _error(response: object) -> Mapping[str, Any]:
    """The outermost error of an ErrorResponse."""
    return _mapping(_mapping(response).get("error"))


def _fingerprint(error: Mapping[str, Any]) -> str | None:
    """Of the redacted message: a secret leaves no trace in it."""
    message = error.get("message")
    return fingerprints.of(error.get("code"), redact_text(message)) if isinstance(message, str) and message else None


def _pipeline_run_id(source: _Source) -> str | None:
    """A pipeline run belongs to itself."""
    is_pipeline_run = source.named("azureml.runsource") == PIPELINE_RUN
    return source.snapshot.run.id if is_pipeline_run else None


def _is_reused(source: _Source) -> bool | None:
    """Known of steps alone: one that took an earlier run's output names that run."""
    if source.named("StepType") is None:
        return None
    said = source.named("azureml.isreused")
    return str(said).casefold() == "true" if said is not None else source.named("azureml.reusedrunid") is not None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=isinstance(value, dict), default=str)


def _milliseconds(value: object) -> int | None:
    try:
        return to_milliseconds(parse_time(value))
    except ValueError:
        return None


def _difference(later: int | None, earlier: int | None) -> int | None:
    """Never negative: the clocks of two services may differ by a little."""
    return None if later is None or earlier is None else max(0, later - earlier)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _folded(values: Mapping[Any, Any]) -> dict[str, Any]:
    """By case-folded name; of names that differ in case alone, the last."""
    return {str(name).casefold(): value for name, value in values.items()}
