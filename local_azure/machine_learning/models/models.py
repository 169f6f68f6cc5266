"""The registry of models: each a name with versions, and the artifacts that it is made of.

A model is kept in the JSON of its service. What it is made of says its asset, which names artifacts: files that a run
left, or that were uploaded for it.
"""
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from local_azure.machine_learning.artifacts.models import Artifact, Artifacts
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.models.events import registered_event
from local_azure.machine_learning.models.patching import patched
from local_azure.machine_learning.models.searching import check_name
from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory

Entity = dict[str, Any]

ASSET_URL = "aml://asset/"
_REQUIRED = ("name", "url", "mimeType")
_EMPTY: Mapping[str, Any] = {
    "framework": None, "frameworkVersion": None, "description": None, "unpack": False, "parentModelId": None,
    "runId": None, "experimentName": None, "sampleInputData": None, "sampleOutputData": None,
    "resourceRequirements": None}


class Models:
    """Of all workspaces. `publish` takes the event of a registration, in the Event Grid schema; lookups raise
    NotFoundError."""

    def __init__(self, artifacts: Artifacts, publish: Callable[[dict[str, Any]], None], time: Callable[[], str]):
        self._artifacts, self._publish, self._time = artifacts, publish, time
        self._assets: dict[tuple[str, str], Entity] = {}
        self._models: dict[tuple[str, str], Entity] = {}
        self._versions: dict[tuple[str, str], int] = {}

    def create_asset(self, history: WorkspaceHistory, fields: Mapping[str, Any]) -> Entity:
        """Raises ServiceError for an artifact that cannot be one."""
        for part in fields.get("artifacts") or []:
            if _place(part).count("/") < 2:
                raise ServiceError(400, "An artifact needs an id or a prefix, such as ExperimentRun/dcid.RUN/outputs.")
        asset = {**fields, "id": uuid4().hex, "createdTime": self._time()}
        self._assets[history.arm_id, asset["id"]] = asset
        return asset

    def asset(self, history: WorkspaceHistory, asset_id: str) -> Entity:
        if (found := self._assets.get((history.arm_id, asset_id))) is None:
            raise NotFoundError(f"Asset {asset_id} was not found")
        return found

    def assets(self, history: WorkspaceHistory) -> list[Entity]:
        return [asset for (workspace, _), asset in list(self._assets.items()) if workspace == history.arm_id]

    def register(self, history: WorkspaceHistory, fields: Mapping[str, Any]) -> Entity:
        """A new version of the name, whatever was registered before: its tags tell builds apart. Raises ServiceError
        for what is no model."""
        if missing := [name for name in _REQUIRED if not fields.get(name)]:
            raise ServiceError(400, f"A model needs {', '.join(missing)}.")
        name = check_name(fields["name"])
        version = self._versions[history.arm_id, name] = self._versions.get((history.arm_id, name), 0) + 1
        time = self._time()
        model = {
            **_EMPTY, **fields, "id": f"{name}:{version}", "version": version, "createdTime": time,
            "modifiedTime": time, "createdBy": {"userName": "local"}, "derivedModelIds": [],
            **{field: fields.get(field) or {} for field in ("kvTags", "properties")},
            "datasets": fields.get("datasets") or []}
        self._models[history.arm_id, model["id"]] = model
        self._publish(registered_event(history.arm_id, model))
        return model

    def find(self, history: WorkspaceHistory, model_id: str) -> Entity:
        """By NAME:VERSION."""
        if (found := self._models.get((history.arm_id, model_id))) is None:
            raise NotFoundError(f"Model {model_id} was not found")
        return found

    def all(self, history: WorkspaceHistory) -> list[Entity]:
        """In the order in which they were registered."""
        return [model for (workspace, _), model in list(self._models.items()) if workspace == history.arm_id]

    def patch(self, history: WorkspaceHistory, model_id: str, operations: Iterable[Mapping[str, Any]]) -> Entity:
        """Raises ServiceError for what of a model does not change."""
        changed = {**patched(self.find(history, model_id), operations), "modifiedTime": self._time()}
        self._models[history.arm_id, model_id] = changed
        return changed

    def delete(self, history: WorkspaceHistory, model_id: str) -> None:
        """One that is not there is deleted already. No later version has its number."""
        self._models.pop((history.arm_id, model_id), None)

    def files(self, history: WorkspaceHistory, model: Mapping[str, Any]) -> dict[str, Path]:
        """The files of a model by the paths that a download gives them. Raises NotFoundError where one is missing."""
        asset = self.asset(history, str(model["url"]).removeprefix(ASSET_URL))
        found = {}
        for part in asset.get("artifacts") or []:
            for path, artifact in self._named(part):
                found[path] = self._artifacts.content(artifact)
        if not found:
            raise NotFoundError(f"Model {model['id']} has no files")
        return found

    def _named(self, part: Mapping[str, Any]) -> list[tuple[str, Artifact]]:
        """An artifact, or all below a prefix; the last folder of a prefix stays in the path."""
        origin, container, path = _place(part).split("/", 2)
        if part.get("id"):
            return [(path.rpartition("/")[2], self._artifacts.find(origin, container, path))]
        above = path.rstrip("/").rpartition("/")[0]
        return [(artifact.path.removeprefix(f"{above}/"), artifact)
                for artifact in self._artifacts.below(origin, container, path)]


def _place(part: Mapping[str, Any]) -> str:
    return str(part.get("id") or part.get("prefix") or "")
