"""What a Bicep file would deploy with given parameters, worked out without Azure.

Names, settings, conditions and loops become values; what Azure makes up at deployment, such as the id of an identity,
stays a Symbol. A template in JSON is taken as it is, together with its parameters.
"""
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tree_sitter import Node

from . import functions
from .expressions import Scope, evaluate, loop
from .functions import Symbol
from .syntax import BicepFile, Declaration, parts_of, read, text_of

_TYPES = {"string": str, "int": int, "bool": bool, "array": list, "object": Mapping}
_LIMITS: dict[str, Callable[[Any, Any], bool]] = {
    "allowed": lambda value, limit: value in limit,
    "minLength": lambda value, limit: len(value) >= limit,
    "maxLength": lambda value, limit: len(value) <= limit,
    "minValue": lambda value, limit: value >= limit,
    "maxValue": lambda value, limit: value <= limit,
}


@dataclass(frozen=True, slots=True)
class Resource:
    """`scope` is the id of the resource group, or of the resource that this one extends."""

    type: str
    version: str
    scope: str
    name: str
    id: str
    body: Mapping[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def properties(self) -> Mapping[str, Any]:
        return self.body["properties"]

    def __getitem__(self, name: str) -> Any:
        """As an expression of Bicep sees it."""
        return getattr(self, name) if name in ("id", "name") else Symbol(f"<{self.id}>")[name]


@dataclass(frozen=True, slots=True)
class Deployed:
    resources: tuple[Resource, ...]
    outputs: Mapping[str, Any]

    def of_type(self, type_name: str) -> list[Resource]:
        return [one for one in self.resources if one.type == type_name]

    def the(self, type_name: str) -> Resource:
        [found] = self.of_type(type_name)
        return found


def deploy(path: Path, parameters: Mapping[str, Any], group: str) -> Deployed:
    """Raises ValueError for parameters that the file does not take, KeyError for names that are not declared."""
    if path.suffix == ".json":
        return _template(json.loads(path.read_text(encoding="utf-8")), parameters, group)
    return _Deployment(read(path), parameters, group).deployed()


class _Deployment:
    """One file in one resource group. Everything is worked out when it is first asked for, wherever it stands."""

    def __init__(self, file: BicepFile, parameters: Mapping[str, Any], group: str) -> None:
        self._file, self._group, self._parameters = file, group, parameters
        self._values: dict[str, Any] = {}
        self._nested: list[Resource] = []
        self._scope = Scope(self._value, {**functions.PURE, **self._own_functions()})
        self._check_parameters()

    def deployed(self) -> Deployed:
        own = [resource for name, one in self._file.of_kind("resource").items() if not one.is_existing
               for resource in _flat(self._value(name))]
        for name in self._file.of_kind("module"):
            self._value(name)
        outputs = {name: evaluate(one.parts[-1], self._scope) for name, one in self._file.outputs.items()}
        return Deployed((*own, *self._nested), outputs)

    def _check_parameters(self) -> None:
        declared = self._file.of_kind("param")
        missing = {name for name, one in declared.items() if one.is_required} - set(self._parameters)
        unknown = set(self._parameters) - set(declared)
        if missing or unknown:
            raise ValueError(f"{self._file.path.name}: lacks {sorted(missing)}, does not take {sorted(unknown)}")
        for name, one in declared.items():
            self._check_value(name, one)

    def _check_value(self, name: str, declaration: Declaration) -> None:
        value = self._value(name)
        limits = {decorator: evaluate(limit, self._scope) for decorator, limit in declaration.decorators.items()
                  if decorator in _LIMITS}
        broken = [limit for limit, bound in limits.items() if not _LIMITS[limit](value, bound)]
        if broken or not isinstance(value, _TYPES[text_of(declaration.parts[0])]):
            raise ValueError(f"{self._file.path.name}: {name} must not be {value!r} {broken}")

    def _value(self, name: str) -> Any:
        if name not in self._values:
            one = self._file.declarations[name]
            make = {"param": self._param, "var": self._var, "resource": self._resource, "module": self._module}
            self._values[name] = make[one.kind](one)
        return self._values[name]

    def _param(self, one: Declaration) -> Any:
        return self._parameters[one.name] if one.name in self._parameters else evaluate(one.parts[1], self._scope)

    def _var(self, one: Declaration) -> Any:
        return evaluate(one.parts[0], self._scope)

    def _resource(self, one: Declaration) -> Any:
        type_name, version = evaluate(one.parts[0], self._scope).split("@")
        return _each(one, self._scope, lambda body, scope: self._one_resource(type_name, version, body, scope))

    def _one_resource(self, type_name: str, version: str, node: Node, scope: Scope) -> Resource:
        body = evaluate(node, scope)
        parent, within = body.get("parent"), body.get("scope")
        if parent is not None:
            identity = f"{parent.id}/{type_name.rpartition('/')[2]}/{body['name']}"
            return Resource(type_name, version, self._group, body["name"], identity, body)
        group = within.id if isinstance(within, Resource) else within or self._group
        return Resource(type_name, version, group, body["name"],
                        functions.resource_id(group, type_name, body["name"]), body)

    def _module(self, one: Declaration) -> Any:
        path = self._file.path.parent / evaluate(one.parts[0], self._scope)
        return _each(one, self._scope, lambda body, scope: self._one_module(path, body, scope))

    def _one_module(self, path: Path, node: Node, scope: Scope) -> Mapping[str, Any]:
        body = evaluate(node, scope)
        if len(body["name"]) > 64:
            raise ValueError(f"the name of a deployment has at most 64 characters: {body['name']}")
        deployed = deploy(path, body.get("params", {}), body.get("scope", self._group))
        self._nested.extend(deployed.resources)
        return {"outputs": deployed.outputs}

    def _own_functions(self) -> Mapping[str, Any]:
        folder = self._file.path.parent
        return {
            "loadTextContent": lambda name: _text(folder / name),
            "loadJsonContent": lambda name: json.loads(_text(folder / name)),
            "resourceId": lambda *names: functions.resource_id(self._group, *names),
            "resourceGroup": lambda *names: _group_id(*names) if names else {
                "id": self._group, "name": self._group.split("/")[4], "location": "westeurope"},
        }


def _each(one: Declaration, scope: Scope, make: Callable[[Node, Scope], Any]) -> Any:
    """What is declared: one thing, a list of them, or None where its condition does not hold."""
    body = one.parts[1]
    if body.type == "for_statement":
        scopes, inner = loop(body, scope)
        return [make(inner, each) for each in scopes]
    if body.type == "if_statement":
        condition, inner = parts_of(body)
        return make(inner, scope) if evaluate(condition, scope) else None
    return make(body, scope)


def _flat(value: Any) -> Iterator[Resource]:
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


def _template(template: Mapping[str, Any], parameters: Mapping[str, Any], group: str) -> Deployed:
    if set(template["parameters"]) != set(parameters):
        raise ValueError(f"takes {sorted(template['parameters'])}, not {sorted(parameters)}")
    return Deployed(tuple(
        Resource(one["type"], one["apiVersion"], group, parameters["name"],
                 functions.resource_id(group, one["type"], parameters["name"]), one, parameters)
        for one in template["resources"]), {})


def _group_id(subscription: str, name: str) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{name}"


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
