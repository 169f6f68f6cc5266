"""The requests to the content service with which the SDK sends a snapshot."""
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from local_azure.machine_learning.answering import Answers, Call
from local_azure.machine_learning.content.models import Snapshots
from local_azure.scenarios.models import ARM_ID

_V1, _V2 = f"/content/v1.0{ARM_ID}/snapshots", f"/content/v2.0{ARM_ID}/snapshots"
_EMPTY: dict[str, Any] = {"name": "", "hash": None, "type": "Directory", "timestamp": "2020-01-01T00:00:00",
                          "sasUrl": None, "absoluteUrl": None, "children": {}}

_SNAPSHOT = {"ParentSnapshotId": str, "DirTreeNode": dict,
             "FileRevisionList": {"FileNodes": [{"FullName": str, "BlobUri": str}]}}


def answers(snapshots: Snapshots) -> Answers:
    return {f"GET {_V1}/latest/metadata": _latest,
            f"POST {_V2}/getblob": partial(_places, snapshots),
            f"POST {_V2}/{{snapshot_id}}": partial(_create, snapshots)}


def _latest(call: Call) -> dict[str, Any]:
    """An empty one: what the SDK sends the first time is the whole folder."""
    return {"id": str(UUID(int=0)), "root": _EMPTY}


def _places(snapshots: Snapshots, call: Call) -> dict[str, Any]:
    upload = str(uuid4())
    return {"fileNodes": [{"fullName": name, "blobUri": snapshots.url(upload, name)}
                          for name in call.read({"FileNames": [str]})["FileNames"]]}


def _create(snapshots: Snapshots, call: Call) -> dict[str, Any]:
    posted = call.read(_SNAPSHOT)
    sent = {node["FullName"]: node["BlobUri"] for node in posted["FileRevisionList"]["FileNodes"]}
    snapshots.create(call.path["snapshot_id"], posted["ParentSnapshotId"], posted["DirTreeNode"], sent)
    return {"id": call.path["snapshot_id"]}
