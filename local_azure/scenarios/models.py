"""A workspace, its experiments and their runs.

A run is kept in Azure Machine Learning's own JSON: that is what the run history answers and what events are made of.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ARM_ID = ("/subscriptions/{subscription_id}/resourceGroups/{resource_group}"
          "/providers/Microsoft.MachineLearningServices/workspaces/{workspace_name}")


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment; `created_utc` in ISO 8601."""

    id: str
    name: str
    created_utc: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run of any type.

    `record` is the answer of `/runs/{id}` (RunDto) and `details` that of `/runs/{id}/details` (RunDetailsDto).
    `log_files` are the paths under `user_logs/` and `system_logs/`, for which the artifact service signs URLs.
    `metrics` are what its script logged, by name. `known_as` is the id of a run whose own JSON need not say it.
    """

    record: dict[str, Any]
    details: dict[str, Any]
    log_files: tuple[str, ...] = ()
    known_as: str | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.known_as or self.record["runId"]

    @property
    def end_time(self) -> datetime | None:
        """When the run ended, or None while it has not."""
        end_time_utc = self.record.get("endTimeUtc")
        return datetime.fromisoformat(end_time_utc) if end_time_utc else None


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace; `id` is the GUID that Azure gave it, `arm_id` its path in Azure Resource Manager."""

    subscription_id: str
    resource_group: str
    name: str
    id: str
    location: str
    experiments: tuple[Experiment, ...]
    runs: tuple[Run, ...]

    @property
    def arm_id(self) -> str:
        return ARM_ID.format(
            subscription_id=self.subscription_id, resource_group=self.resource_group, workspace_name=self.name)
