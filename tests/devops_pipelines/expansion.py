"""A pipeline as Azure Pipelines sees it when its templates are put in, so that it can be checked as a whole.

It knows the expressions that the pipelines use, `parameters.NAME` and `upper(parameters.NAME)`. The rules are those of
"Template types & usage" and "Template expressions".
"""
import functools
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
_PARAMETER = re.compile(r"(upper\()?parameters\.(\w+)\)?")
_PARTS = ("stages", "jobs", "steps")


class ExpansionError(Exception):
    """A template that is not there, or its parameters are not those that it declares."""


@functools.lru_cache(1_000)
def parsed(text: str) -> Any:
    """What a file holds; read it only. The same templates are put into many pipelines with the same values."""
    return yaml.safe_load(text)


def variants(file: Path) -> Iterator[dict[str, Any]]:
    """The whole pipeline of a file, once for each combination of the values that its parameters may have."""
    declared = _declared(parsed(file.read_text(encoding="utf-8")))
    choices = [parameter.get("values") or [parameter.get("default", "dev")] for parameter in declared.values()]
    for values in itertools.product(*choices):
        yield _load(file, dict(zip(declared, values)))


def _declared(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {parameter["name"]: parameter for parameter in content.get("parameters", [])}


def _load(file: Path, arguments: Mapping[str, Any]) -> dict[str, Any]:
    text = file.read_text(encoding="utf-8")
    declared = _declared(parsed(text))
    unknown = set(arguments) - set(declared)
    missing = {name for name, parameter in declared.items() if "default" not in parameter} - set(arguments)
    if unknown or missing:
        raise ExpansionError(f"{file.name}: unknown parameters {sorted(unknown)}, missing {sorted(missing)}")
    for name, value in arguments.items():
        if value not in declared[name].get("values", [value]):
            raise ExpansionError(f"{file.name}: {name} cannot be {value}")
    values = {name: parameter.get("default") for name, parameter in declared.items()} | dict(arguments)
    return _include(parsed(_EXPRESSION.sub(lambda found: _evaluate(file, found[1], values), text)), file)


def _evaluate(file: Path, expression: str, values: Mapping[str, Any]) -> str:
    found = _PARAMETER.fullmatch(expression)
    if not found or found[2] not in values:
        raise ExpansionError(f"{file.name}: ${{{{ {expression} }}}} has no value")
    value = str(values[found[2]])
    return value.upper() if found[1] else value


def _include(node: Any, file: Path) -> Any:
    """The node with what templates hold in the places of their names, which are paths from the file that names them."""
    if isinstance(node, dict):
        return {key: _include(value, file) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    included = []
    for item in node:
        if isinstance(item, dict) and "template" in item:
            template = file.parent / item["template"]
            if not template.is_file():
                raise ExpansionError(f"{file.name}: no template {item['template']}")
            content = _load(template, item.get("parameters", {}))
            included += content[next(part for part in _PARTS if part in content)]
        else:
            included.append(_include(item, file))
    return included
