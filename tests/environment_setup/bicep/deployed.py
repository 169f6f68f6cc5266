"""What a deployment of the project would create, as the compiler works it out.

What only Azure knows, such as the id of an identity, is an expression there; `known_later` gives it a short name.
"""
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import compiler

FOLDER = Path(__file__).parents[3] / "environment_setup"
MAIN, EVENT_SUBSCRIPTION = FOLDER / "main.bicep", FOLDER / "event_subscription.bicep"
FILES = sorted(FOLDER.rglob("*.bicep"))
PARAMETER_SETS = sorted((Path(__file__).parents[1] / "parameters").glob("*.bicepparam"))

REQUIRED = {"baseName": "Sample", "environmentName": "dev"}
SUBSCRIPTION = f"/subscriptions/{compiler.SUBSCRIPTION}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/{compiler.GROUP}"
WORKSPACE_GROUP = f"{SUBSCRIPTION}/resourceGroups/ml"
WORKSPACE = f"{WORKSPACE_GROUP}/providers/Microsoft.MachineLearningServices/workspaces/sample-ws"
OTHER_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/other"
OTHER_WORKSPACE = f"{OTHER_GROUP}/providers/Microsoft.MachineLearningServices/workspaces/other-ws"
APPLICATION_INSIGHTS = f"{SUBSCRIPTION}/resourceGroups/logs/providers/Microsoft.Insights/components/shared-ai"

_EXTENSION = re.compile(r"\[extensionResourceId\('([^']+)'|^(.+?)/providers/Microsoft\.Authorization/roleAssignments/")
_REFERENCE = re.compile(r"reference\('([^']+)'(?:, '[^']*')*\)\.([\w.]+)")


@dataclass(frozen=True, slots=True)
class Resource:
    type: str
    name: str
    id: str
    body: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        return self.body["properties"]

    @property
    def scope(self) -> str:
        """The id of the resource that this one extends, or else of its resource group."""
        extended = _EXTENSION.match(self.id)
        return (extended[1] or extended[2]) if extended else "/".join(self.id.split("/")[:5])


@dataclass(frozen=True, slots=True)
class Deployed:
    resources: tuple[Resource, ...]
    outputs: Mapping[str, Any]

    def of_type(self, type_name: str) -> list[Resource]:
        return [one for one in self.resources if one.type == type_name]

    def the(self, type_name: str) -> Resource:
        [found] = self.of_type(type_name)
        return found


def known_later(text: str) -> str:
    """`<ID.identity.principalId>` for what Azure puts in the place of an expression; other texts as they are."""
    return _REFERENCE.sub(r"<\1.\2>", text[1:-1]) if text.startswith("[") else text


@cache
def deployed_by(parameter_set: Path) -> Deployed:
    """Raises CompilerError for parameters that are refused."""
    snapshot = compiler.find().snapshot(parameter_set)
    assert snapshot["diagnostics"] == []
    return Deployed(tuple(map(_resource, snapshot["predictedResources"])), snapshot.get("outputs", {}))


def infrastructure(**parameters: Any) -> Deployed:
    return deploy(MAIN, REQUIRED | parameters)


def event_subscriptions(infrastructure: Deployed) -> Deployed:
    """With the outputs of the infrastructure as parameters, as documentation, azure.yaml and pipelines pass them."""
    needed = compiler.find().compile(EVENT_SUBSCRIPTION).template["parameters"]
    return deploy(EVENT_SUBSCRIPTION, {name: infrastructure.outputs[name] for name in needed})


def deploy(file: Path, parameters: Mapping[str, Any]) -> Deployed:
    """Raises CompilerError for parameters that are refused."""
    lines = [f"param {name} = {_literal(value)}" for name, value in parameters.items()]
    return _deploy(file, "\n".join(lines))


@cache
def _deploy(file: Path, parameters: str) -> Deployed:
    with TemporaryDirectory() as folder:
        written = Path(folder).resolve() / "these.bicepparam"
        written.write_text(f"using '{os.path.relpath(file, written.parent)}'\n{parameters}\n", encoding="utf-8")
        return deployed_by(written)


def app_settings(infrastructure: Deployed) -> dict[str, str]:
    settings = infrastructure.the("Microsoft.Web/sites/config").properties
    return {name: known_later(value) for name, value in settings.items()}


def _resource(body: Mapping[str, Any]) -> Resource:
    name = body["name"]
    return Resource(body["type"], name if name.startswith("[") else name.rpartition("/")[2], body["id"], body)


def _literal(value: Any) -> str:
    """A value as Bicep writes it."""
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\$") + "'"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_literal(name)}: {_literal(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value)
