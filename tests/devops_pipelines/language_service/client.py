"""Asks Microsoft's language service of Azure Pipelines (check.js, on Node) what it thinks of files, in one process.

`npm ci` in this folder installs the service; its schema is that of the package check-jsonschema.
"""
import copy
import json
import subprocess
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from tests.programs import find_node

TIMEOUT_SECONDS = 120

_WAIT = "AzureMLJobWaitTask@1"
_FOLDER = Path(__file__).parent
_SCHEMA = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "azure-pipelines.json"


class LanguageService:

    def __init__(self, node: str) -> None:
        self._node = node

    def check(self, texts: Mapping[str, str]) -> dict[str, list[str]]:
        """Errors and warnings by the file's name, one a line. Raises CalledProcessError when the service fails."""
        request = {"schema": _schema(), "files": [{"name": name, "text": text} for name, text in texts.items()]}
        done = subprocess.run(
            [self._node, str(_FOLDER / "check.js")], input=json.dumps(request), stdout=subprocess.PIPE,
            encoding="utf-8", timeout=TIMEOUT_SECONDS, check=True)
        return {found["name"]: [_line(one) for one in found["diagnostics"] if one["severity"] in ("Error", "Warning")]
                for found in json.loads(done.stdout)}


def find() -> LanguageService:
    """The service; where it is missing, the test is skipped."""
    return LanguageService(find_node("azure-pipelines-language-service", _FOLDER))


def _schema() -> dict[str, Any]:
    """The schema, with the inputs of a task that it only knows by name ("PublishCodeCoverageResults@2"), and one
    of the extension Machine Learning ("Use Azure Pipelines with Azure Machine Learning")."""
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    tasks = schema["definitions"]["task"]["anyOf"]
    coverage = copy.deepcopy(next(
        task for task in tasks if task["properties"]["task"].get("pattern") == "^PublishCodeCoverageResults@1$"))
    coverage["properties"]["task"]["pattern"] = "^PublishCodeCoverageResults@2$"
    for removed in ("codeCoverageTool", "reportDirectory", "additionalCodeCoverageFiles"):
        del coverage["properties"]["inputs"]["properties"][removed]
    del coverage["deprecationMessage"]
    tasks += [coverage, _marketplace_task(coverage, _WAIT, (
        "serviceConnection", "resourceGroupName", "azureMLWorkspaceName", "azureMLJobName"))]
    schema["definitions"]["task"]["properties"]["task"]["anyOf"].append({"enum": [_WAIT]})
    return schema


def _marketplace_task(like: Mapping[str, Any], name: str, required: Sequence[str]) -> dict[str, Any]:
    """A task with texts for its inputs, described as the schema describes another one."""
    task = copy.deepcopy(dict(like))
    task["properties"]["task"]["pattern"] = f"^{name}$"
    task["properties"]["inputs"] = {"type": "object", "properties": {one: {"type": "string"} for one in required},
                                    "required": list(required), "additionalProperties": False}
    task["required"] = sorted({*task.get("required", ()), "inputs"})
    return task


def _line(found: Mapping[str, Any]) -> str:
    return f"{found['line']}:{found['column']}: {found['severity']}: {found['message']}"
