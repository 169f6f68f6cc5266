"""The requests to the artifact service: which files a run has and where they are, and to take in new ones."""
from functools import partial
from typing import Any

from local_azure.machine_learning.answering import Answers, Call, page
from local_azure.machine_learning.artifacts.models import EXPERIMENT_RUN, Artifact, Artifacts
from local_azure.scenarios.models import ARM_ID

_ARTIFACTS = f"/artifact/v2.0{ARM_ID}/artifacts"
_PAGE = 100
_LOG_FILES = f"GET {_ARTIFACTS}/prefix/contentinfo/{EXPERIMENT_RUN}/{{container}}/{{folder}}"


def answers() -> Answers:
    """Where nothing is written, the log files of runs are all that there is."""
    return {_LOG_FILES: _log_files}


def living_answers(artifacts: Artifacts) -> Answers:
    place = "{origin}/{container}"
    return {
        _LOG_FILES: partial(_log_files, artifacts=artifacts),
        f"GET {_ARTIFACTS}/prefix/contentinfo/{place}/{{prefix:path}}": partial(_below, artifacts),
        f"GET {_ARTIFACTS}/contentinfo/{place}/{{path:path}}": partial(_content, artifacts),
        f"GET {_ARTIFACTS}/{place}": partial(_list, artifacts),
        f"POST {_ARTIFACTS}/batch/metadata/{place}": partial(_take_in, artifacts)}


def _log_files(call: Call, artifacts: Artifacts | None = None) -> dict[str, Any]:
    container, folder = call.path["container"], call.path["folder"]
    written = artifacts.below(EXPERIMENT_RUN, container, folder) if artifacts else []
    if artifacts and (written or artifacts.below(EXPERIMENT_RUN, container)):
        return page([_described(artifacts, artifact) for artifact in written])
    return page([
        {"contentUri": url, "origin": EXPERIMENT_RUN, "container": container, "path": path}
        for path, url in call.history.log_urls(container, folder).items()])


def _below(artifacts: Artifacts, call: Call) -> dict[str, Any]:
    found = artifacts.below(call.path["origin"], call.path["container"], call.path["prefix"])
    return page([_described(artifacts, artifact) for artifact in found])


def _content(artifacts: Artifacts, call: Call) -> dict[str, Any]:
    return _described(artifacts, artifacts.find(**_place(call), path=call.path["path"]))


def _list(artifacts: Artifacts, call: Call) -> dict[str, Any]:
    """A page of them: who wants the next one sends its token."""
    return page([{"artifactId": artifact.id, "origin": artifact.origin, "container": artifact.container,
                  "path": artifact.path, "createdTime": artifact.created_utc}
                 for artifact in artifacts.below(**_place(call))], {**call.query, "top": _PAGE})


def _take_in(artifacts: Artifacts, call: Call) -> dict[str, Any]:
    """Says where to write each of the files; a path that is taken is an error of its own."""
    answered: dict[str, dict[str, Any]] = {"artifacts": {}, "artifactContentInformation": {}, "errors": {}}
    for asked in call.read({"paths?": [{"path": str}]}).get("paths") or []:
        if artifacts.has(**_place(call), path=asked["path"]):
            taken = artifacts.find(**_place(call), path=asked["path"])
            message = f"Resource Conflict: ArtifactId {taken.id} already exists."
            answered["errors"][taken.path] = {"error": {"code": "UserError", "message": message}}
            continue
        added = artifacts.add(**_place(call), path=asked["path"])
        described = _described(artifacts, added)
        answered["artifacts"][added.path] = {"artifactId": added.id, **described}
        answered["artifactContentInformation"][added.path] = described
    return answered


def _place(call: Call) -> dict[str, str]:
    return {"origin": call.path["origin"], "container": call.path["container"]}


def _described(artifacts: Artifacts, artifact: Artifact) -> dict[str, Any]:
    return {"contentUri": artifacts.url(artifact), "origin": artifact.origin, "container": artifact.container,
            "path": artifact.path}
