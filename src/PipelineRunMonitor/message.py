"""Run details -> the message of a record: a JSON text that always parses and always fits. Pure.

Application Insights refuses a message of more than 32,768 characters, and cutting a JSON text breaks every query that
parses it. So whole branches go instead, those of low value first, and `_omitted` names them.
"""
import json
import math
from collections.abc import Mapping
from typing import Any

from . import texts

LIMIT_UNITS = 32_768
OMITTED = "_omitted"

# From the branch that is missed least to the one that is missed most.
_LOW_VALUE_FIRST = ("runDefinition", "logFiles", "services", "outputDatasets", "inputDatasets", "warnings",
                    "properties")
_KEPT_LONGEST = ("runId", "status", "startTimeUtc", "endTimeUtc", "target", "submittedBy", "error")
_KEPT_TEXT_UNITS = 300
_MOST_NAMED = 20


def of(details: Mapping[str, Any], limit_bytes: int) -> str:
    """The details as JSON, at most 32,768 characters and `limit_bytes` as a JSON string in UTF-8 (30,000 or more)."""
    branches = {name: _dump(value) for name, value in details.items()}
    omitted: list[str] = []
    for path, branch in _branches_to_omit(details, branches):
        text = _join(branches, omitted)
        if _fits(text, limit_bytes):
            return text
        if branch is None:
            del branches[path]
        else:
            branches[path.partition(".")[0]] = branch
        omitted = [o for o in omitted if not o.startswith(f"{path}.")] + [path]
    text = _join(branches, omitted)
    return text if _fits(text, limit_bytes) else _join(_least(details), omitted)


def _branches_to_omit(details: Mapping[str, Any], branches: Mapping[str, str]):
    """Paths in the order in which they go, each with what takes the place of its top-level branch, if anything does."""
    definition = details.get("runDefinition")
    if isinstance(definition, Mapping) and "environment" in definition:
        rest = {name: value for name, value in definition.items() if name != "environment"}
        yield "runDefinition.environment", _dump(rest)
    yield from ((name, None) for name in _LOW_VALUE_FIRST if name in branches)
    unknown = [name for name in branches if name not in _LOW_VALUE_FIRST + _KEPT_LONGEST]
    yield from ((name, None) for name in sorted(unknown, key=lambda name: -len(branches[name])))


def _least(details: Mapping[str, Any]) -> dict[str, str]:
    """The last resort: what is kept longest, each as a short text."""
    values = {name: details[name] for name in _KEPT_LONGEST if name in details}
    return {name: _dump(texts.shorten(value if isinstance(value, str) else _dump(value), _KEPT_TEXT_UNITS))
            for name, value in values.items()}


def _join(branches: Mapping[str, str], omitted: list[str]) -> str:
    members = [f"{_dump(name)}: {text}" for name, text in branches.items()]
    if omitted:
        named = [texts.shorten(path, 60) for path in omitted[:_MOST_NAMED]]
        members.append(f"{_dump(OMITTED)}: {_dump(named + [texts.ELLIPSIS] * (len(omitted) > _MOST_NAMED))}")
    return "{" + ", ".join(members) + "}"


def _fits(text: str, limit_bytes: int) -> bool:
    if len(text) > LIMIT_UNITS:  # a cheap answer for the long ones
        return False
    return texts.count_units(text) <= LIMIT_UNITS and texts.count_json_bytes(text) <= limit_bytes


def _dump(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """As standard JSON: no NaN, no lone surrogates, every key a text."""
    if isinstance(value, str):
        return texts.clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {texts.clean(str(name)): _plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in value]
    return value if value is None or isinstance(value, (bool, int)) else texts.clean(str(value))
