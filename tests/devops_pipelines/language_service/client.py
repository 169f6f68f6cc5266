"""Asks Microsoft's language service of Azure Pipelines (check.js, on Node) what it thinks of files, in one process.

`npm ci` in this folder installs the service; its schema is that of the package check-jsonschema. `find` says what is
missing where it is not there.
"""
import copy
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from tests.queries.kusto_parser.client import REQUIRED

TIMEOUT_SECONDS = 120

_FOLDER = Path(__file__).parent
_PACKAGE = _FOLDER / "node_modules" / "azure-pipelines-language-service"
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
    """The service, or the reason why it is not there: a skipped test, a failed one where all tests are required."""
    node = shutil.which("node")
    if node and _PACKAGE.is_dir():
        return LanguageService(node)
    reason = (f"Microsoft's language service of Azure Pipelines is not installed ({'its package' if node else 'Node'} "
              "is missing): install Node, then run npm ci in tests/devops_pipelines/language_service")
    if os.environ.get(REQUIRED):
        pytest.fail(f"{reason}; {REQUIRED} is set, so this is no reason to skip", pytrace=False)
    pytest.skip(reason)


def _schema() -> dict[str, Any]:
    """The schema, with the inputs of a task that it only knows by name ("PublishCodeCoverageResults@2")."""
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    tasks = schema["definitions"]["task"]["anyOf"]
    coverage = copy.deepcopy(next(
        task for task in tasks if task["properties"]["task"].get("pattern") == "^PublishCodeCoverageResults@1$"))
    coverage["properties"]["task"]["pattern"] = "^PublishCodeCoverageResults@2$"
    for removed in ("codeCoverageTool", "reportDirectory", "additionalCodeCoverageFiles"):
        del coverage["properties"]["inputs"]["properties"][removed]
    del coverage["deprecationMessage"]
    tasks.append(coverage)
    return schema


def _line(found: Mapping[str, Any]) -> str:
    return f"{found['line']}:{found['column']}: {found['severity']}: {found['message']}"
