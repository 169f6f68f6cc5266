"""A run, its parent and what failed below it, as they were read: what `runs` returns and the record is made of."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from azure_access.workspaces import WorkspaceId


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a record tells of a run and of its parent. Only the id is certain: a parent may be gone."""

    id: str
    name: str | None = None
    display_name: str | None = None
    number: int | None = None
    status: str | None = None
    portal_url: str | None = None
    root_run_id: str | None = None


@dataclass(frozen=True, slots=True)
class FailedSteps:
    """The runs below a root that failed and that nothing made good: how many, and the first of those that no other
    explains.

    `error` is that run's, in the shape of the `error` in run details, secrets still inside.
    """

    count: int
    first: RunSummary
    error: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunSnapshot:
    """`details` is what azureml-core's Run.get_details() documents, `answer` the run itself; both as the service's JSON
    has them, secrets still inside. `region` is the workspace's. `not_read`: what else of the run could not be read.
    `metrics` are last values, None for what is no number, in the order of their importance."""

    workspace: WorkspaceId
    run: RunSummary
    parent: RunSummary | None
    root_run_id: str
    experiment_id: str | None
    experiment_name: str | None
    run_type: str | None
    created_time: datetime | None
    submitted_by: str | None
    failed_steps: FailedSteps | None = None
    tags: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    root_portal_url: str | None = None
    region: str | None = None
    not_read: tuple[str, ...] = ()
