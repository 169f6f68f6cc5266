"""Versions of code: folders that a client has uploaded into a container of the storage."""
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory
from local_azure.machine_learning.shapes import check, path_of
from local_azure.storage.models import BlobNotFoundError, BlobStore

_PREFIX = "code-"


class Codes:

    def __init__(self, store: BlobStore):
        self._store = store
        self._found: dict[tuple[str, str, str], Mapping[str, Any]] = {}

    def start_upload(self) -> tuple[str, str]:
        """The URL of a new container, and the one with which files are written to it."""
        container = f"{_PREFIX}{uuid4()}"
        return self._store.url(container), self._store.signed_container_url(container)

    def put(self, history: WorkspaceHistory, name: str, version: str, properties: Mapping[str, Any]) -> None:
        """Raises ServiceError where nothing was uploaded there, or the version is of something else."""
        uri = check(properties, {"codeUri": str}, "properties")["codeUri"]
        container = unquote(path_of(uri)).strip("/").partition("/")[0]
        if not self._was_uploaded(container):
            raise ServiceError(400, f"Nothing was uploaded to {uri!r}.")
        before = self._found.setdefault((history.arm_id, name, version), {**properties, "container": container})
        if before["container"] != container:
            raise ServiceError(400, f"Version {version} of the code {name} does not change: register another one.")

    def properties(self, history: WorkspaceHistory, name: str, version: str) -> Mapping[str, Any]:
        """Raises NotFoundError."""
        if (found := self._found.get((history.arm_id, name, version))) is None:
            raise NotFoundError(f"Code {name}:{version} was not found")
        return found

    def files(self, history: WorkspaceHistory, name: str, version: str) -> dict[str, Path]:
        """By their paths in the folder that was uploaded. Raises NotFoundError."""
        container = self.properties(history, name, version)["container"]
        return {path: self._store.existing(container, path) for path in self._store.names(container)}

    def _was_uploaded(self, container: str) -> bool:
        try:
            return container.startswith(_PREFIX) and bool(self._store.names(container))
        except BlobNotFoundError:
            return False
