"""RunEvent + RunSnapshot -> custom dimensions: what queries filter and group by. Pure.

Every value is a text of at most 8,192 characters, and a dimension that is not known is absent, never "None". Names and
meanings of the first two groups are those of the two samples that this app replaces, so that their users' queries keep
working; docs/record.md describes each.
"""
from collections.abc import Mapping
from typing import Any

from redaction.redactor import redact, redact_text

from ..events.parsing import RunEvent
from ..runs.snapshots import RunSnapshot
from . import fingerprints, metrics
from .limits import fit
from .orchestration import is_orchestrating
from .source import Source, find_error

RECORD_VERSION = "2"


def of(event: RunEvent, snapshot: RunSnapshot) -> dict[str, str]:
    """The dimensions of a `run_detail` record, redacted."""
    source = Source(event, snapshot)
    found = fit({**redact({**_first_sample(source), **_second_sample(source), **_own(source), **_v2(source),
                           **_failure(source)}), "metrics": metrics.of(snapshot.metrics)})
    return {**found, **_omitted(snapshot, found)}


def _first_sample(source: Source) -> dict[str, Any]:
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


def _second_sample(source: Source) -> dict[str, Any]:
    snapshot = source.snapshot
    run_type = snapshot.run_type or source.event.run_type or source.named("azureml.runsource")
    return {
        "compute_target_type": source.find_compute_target_type(),
        "execution_time_ms": _difference(source.end_ms, source.start_ms),
        "start_time_utc_ms": source.start_ms,
        "end_time_utc_ms": source.end_ms,
        "experimentName": snapshot.experiment_name,
        "pipelinerunid": snapshot.root_run_id,
        "docker_image": source.find_docker_image(),
        "experimentId": snapshot.experiment_id,
        "resourceGroup": snapshot.workspace.resource_group,
        "subscriptions": snapshot.workspace.subscription_id,
        "amlWorkSpace": snapshot.workspace.name,
        "snapshot_id": source.named("ContentSnapshotId"),
        "step_type": source.named("StepType"),
        "run_type": run_type,
        "node_id": source.named("azureml.nodeid"),
        "run_id": snapshot.run.id,
        "target": source.find_target(),
        "script": source.defined("script"),
        "status": source.status,
    }


def _own(source: Source) -> dict[str, Any]:
    event, snapshot = source.event, source.snapshot
    return {
        "source": event.source,
        "event_id": event.id,
        "event_type": event.type,
        "event_time": event.time.isoformat().replace("+00:00", "Z") if event.time else None,
        "root_run_id": snapshot.root_run_id,
        "created_time_utc_ms": source.created_ms,
        "queue_time_ms": _difference(source.start_ms, source.created_ms),
        "submitted_by": snapshot.submitted_by or event.created_by,
        "display_name": snapshot.run.display_name,
        "git_repository": source.named("azureml.git.repository_uri", "mlflow.source.git.repoURL"),
        "git_commit": source.named("azureml.git.commit", "mlflow.source.git.commit"),
        "git_branch": source.named("azureml.git.branch", "mlflow.source.git.branch"),
        "git_dirty": source.named("azureml.git.dirty"),
        "error_code": source.error.get("code"),
        "error_message": source.error.get("message"),
        "is_reused": _is_reused(source),
        "is_orchestrating": "true" if is_orchestrating(source) else None,
        "node_count": source.find_node_count(),
        "vm_size": source.find_vm_size(),
        "vm_priority": source.find_vm_priority(),
        "region": source.find_region(),
        "run_source": source.named("runSource"),
        "run_trigger": source.named("runType"),
        "deployment_name": source.named("azureml.deploymentname"),
        "monitor_threshold_breached": source.named("azureml_modelmonitor_threshold_breached"),
        "tags": snapshot.tags,
        "not_read": ", ".join(snapshot.not_read),
        "record_version": RECORD_VERSION,
    }


def _v2(source: Source) -> dict[str, Any]:
    """What runs of SDK v2 have instead of a script and a base image."""
    return {
        "command": source.defined("command"),
        "environment": source.find_environment(),
    }


def _omitted(snapshot: RunSnapshot, found: Mapping[str, str]) -> dict[str, str]:
    """Counted last: what does not fit into the limits of a record goes too."""
    count = metrics.count_omitted(snapshot.metrics, found.get("metrics"))
    return {"metrics_omitted": str(count)} if count else {}


def _failure(source: Source) -> dict[str, Any]:
    """What failed below a pipeline run, whatever that itself says, and what groups equal errors of different runs."""
    failed = source.snapshot.failed_steps
    if failed is None:
        return {"error_fingerprint": _fingerprint(source.error)}
    error = find_error(failed.error)
    return {
        "failed_step_count": failed.count,
        "failed_step_name": failed.first.name or failed.first.display_name,
        "failed_step_run_id": failed.first.id,
        "failed_step_error_code": error.get("code"),
        "failed_step_error_message": error.get("message"),
        "failed_step_run_url": failed.first.portal_url,
        "error_fingerprint": _fingerprint(error) or _fingerprint(source.error),
    }


def _fingerprint(error: Mapping[str, Any]) -> str | None:
    """Of the redacted message: a secret leaves no trace in it."""
    message = error.get("message")
    return fingerprints.of(error.get("code"), redact_text(message)) if isinstance(message, str) and message else None


def _is_reused(source: Source) -> bool | None:
    """Known of steps alone: one that took an earlier run's output names that run. Of a step of SDK v2 nothing else may
    say that it is one."""
    said = source.named("azureml.isreused")
    if said is None and source.named("azureml.reusedrunid") is None:
        return None if source.named("StepType") is None else False
    return said is None or str(said).casefold() == "true"


def _difference(later: int | None, earlier: int | None) -> int | None:
    """Never negative: the clocks of two services may differ by a little."""
    return None if later is None or earlier is None else max(0, later - earlier)
