"""Snapshots: what a folder held when something was submitted, as blobs by path.

The SDK sends a snapshot as the difference to the last one that it sent, of whatever folder: what its list of files
lacks is the parent's.
"""
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.run_history.models import NotFoundError
from local_azure.machine_learning.shapes import check, path_of
from local_azure.storage.models import BlobStore

CONTAINER = "snapshots"
_NODE = {"children?": {"*": {"type": str}}}


class Snapshots:

    def __init__(self, store: BlobStore):
        self._store = store
        self._found: dict[str, Mapping[str, str]] = {}

    def url(self, upload: str, path: str) -> str:
        """Where a file of a snapshot that is yet to be made is written."""
        return self._store.signed_url(CONTAINER, f"{upload}/{path}")

    def create(self, snapshot_id: str, parent_id: str, tree: Mapping[str, Any], sent: Mapping[str, str]) -> None:
        """`sent` are URLs by path. Raises ServiceError where a file is neither sent nor the parent's: the SDK forgets
        what it knows then and sends everything."""
        inherited = self._found.get(parent_id, {})
        files = {path: _blob_of(sent[path]) if path in sent else inherited.get(path) for path in _leaves(tree)}
        if None in files.values():
            raise ServiceError(400, f"Parent snapshot {parent_id} was not found")
        self._found[snapshot_id] = {path: blob for path, blob in files.items() if blob}

    def unpack(self, snapshot_id: str, folder: Path) -> None:
        """Raises NotFoundError for an unknown snapshot or one whose files were never written."""
        if snapshot_id not in self._found:
            raise NotFoundError(f"Snapshot {snapshot_id} was not found")
        for path, blob in self._found[snapshot_id].items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self._store.existing(CONTAINER, blob).read_bytes())


def _leaves(node: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The paths of the files. Raises ServiceError for a name that would lead out of the folder."""
    for name, child in (check(node, _NODE, "DirTreeNode").get("children") or {}).items():
        if "/" in name or name in ("", ".", ".."):
            raise ServiceError(400, f"{name!r} is no name of a file or folder.")
        if child["type"] == "Directory":
            yield from _leaves(child, f"{prefix}{name}/")
        else:
            yield prefix + name


def _blob_of(url: str) -> str:
    return unquote(path_of(url)).removeprefix(f"/{CONTAINER}/")
