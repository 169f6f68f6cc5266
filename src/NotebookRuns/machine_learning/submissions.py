"""A notebook's run is started: its compute target is there, its snapshot is sent, the run is submitted once."""
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from NotebookRuns.errors import NotThereError, RefusedError, WorkspaceUnavailableError
from NotebookRuns.runs.snapshots import Snapshot
from NotebookRuns.transport import Request

from .run_history import EXPERIMENT, RunHistory
from .services import Services

_SNAPSHOTS = "content/v2.0{ws}/snapshots"
_BLOBS_AT_ONCE = 8
_NO_PARENT = str(UUID(int=0))
_BLOB_HEADERS = {"x-ms-blob-type": "BlockBlob"}


class Submissions:
    """Safe to use from many threads; every call raises as `Transport.ask` does."""

    def __init__(self, services: Services, history: RunHistory) -> None:
        self._services, self._history = services, history

    def check_compute(self, name: str, deadline: Deadline) -> None:
        """Raises NotThereError with what to do."""
        request = Request(f"the compute target {name}", "GET", f"rp/workspaces{{ws}}/computes/{quote(name, safe='')}",
                          {"api-version": "2020-02-02"})
        try:
            self._services.ask(request, deadline)
        except NotThereError as exc:
            raise NotThereError(f"the workspace {self._services.workspace.name} has no compute target {name}: mend "
                                "ex.compute") from exc

    def send(self, snapshot: Snapshot, deadline: Deadline) -> str:
        """The id of the snapshot, which is whole: no other one's files are a part of it."""
        what, names = "the snapshot", list(snapshot.files)
        answer = self._services.ask(Request(what, "POST", f"{_SNAPSHOTS}/getblob", {}, {"FileNames": names}), deadline)
        places = {node.text("fullName"): node.text("blobUri") or "" for node in map(Fields, answer.list("fileNodes"))}
        if missing := [name for name in names if not places.get(name)]:
            raise RefusedError(f"{what}: Azure Machine Learning does not say where {missing[0]} is to be written")
        with ThreadPoolExecutor(_BLOBS_AT_ONCE) as threads:
            list(threads.map(lambda name: self._services.blobs.ask(
                Request(f"{what}'s {name}", "PUT", places[name], {}, raw=snapshot.files[name], headers=_BLOB_HEADERS),
                deadline), names))
        nodes = [{"FullName": name, "BlobUri": places[name], "FileSize": len(content)}
                 for name, content in snapshot.files.items()]
        snapshot_id = str(uuid4())
        self._services.ask(Request(what, "POST", f"{_SNAPSHOTS}/{snapshot_id}", {}, {
            "ParentSnapshotId": _NO_PARENT, "Tags": None, "Properties": {}, "DirTreeNode": snapshot.tree,
            "FileRevisionList": {"FileNodes": nodes}}), deadline)
        return snapshot_id

    def submit(self, run_id: str, configuration: Mapping[str, Any], snapshot_id: str, deadline: Deadline) -> None:
        """One run for each id, however often; whether a request whose answer is lost was obeyed is asked."""
        request = Request(
            f"run {run_id}", "POST", f"execution/v1.0{{ws}}/experiments/{EXPERIMENT}/snapshotrun", {"runId": run_id},
            {"TargetDetails": None, "Configuration": dict(configuration), "SnapshotId": snapshot_id}, repeatable=False)
        try:
            self._services.ask(request, deadline)
        except (WorkspaceUnavailableError, RefusedError):
            if self._history.find(run_id, deadline) is None:
                raise
