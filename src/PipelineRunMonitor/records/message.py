"""Run details -> the message of a record: a JSON text that always parses and always fits. Pure.

Application Insights refuses a message of more than 32,768 characters, and cutting a JSON text breaks every query that
parses it. So whole branches are left out, the most valued are put in first, and `_omitted` names those for which there
was no room. Only long texts inside `error` are shortened: it keeps its shape.
"""
import heapq
import sys
from collections.abc import Collection, Mapping
from typing import Any

from . import texts
from .json_texts import dump, plain

LIMIT_UNITS = 32_768
OMITTED = "_omitted"

_ALWAYS_KEPT = ("runId", "status", "startTimeUtc", "endTimeUtc", "target", "submittedBy", "error")
# From the branch that is missed most to the one that is missed least, after the unknown ones. `error` is there already;
# its place is that of a long one at full length.
_KNOWN = ("properties", "error", "warnings", "inputDatasets", "outputDatasets", "services", "logFiles", "runDefinition")
_ENVIRONMENT = "runDefinition.environment"

_HOPELESS_UNITS = 4 * LIMIT_UNITS
_DEEPEST = 60  # levels that are looked at to find what is hopeless
_LAST_RESORT_UNITS = 300  # of what is always kept, where there is no room for more
_SHORTEST_UNITS = 100  # of a text inside `error`
_MOST_NAMED = 20
_NAME_UNITS = 60


def of(details: Mapping[str, Any], limit_bytes: int, set_aside: Collection[str] = ()) -> str:
    """The details as JSON, at most 32,768 characters and `limit_bytes` as a JSON string in UTF-8 (30,000 or more).
    `set_aside` are paths that are in them no more; they are named among those left out."""
    values = plain(details)
    branches = {name: dump(value) for name, value in values.items()}
    whole = _join(branches)
    units, size_bytes = _measure(whole)
    if units <= LIMIT_UNITS and size_bytes <= limit_bytes and not set_aside:
        return whole
    present = branches.keys() | set(set_aside) - {_ENVIRONMENT}
    sizes = {name: len(branches[name]) if name in branches else sys.maxsize for name in present}
    unknown = sorted(present - {*_ALWAYS_KEPT, *_KNOWN}, key=lambda name: (sizes[name], name))
    order = [name for name in (*unknown, *_KNOWN) if name in present]
    draft = _Draft(limit_bytes, [*order, _ENVIRONMENT])
    _fill(draft, values, branches, [name for name in order if name in branches])
    omitted = [name for name in reversed(order) if name not in draft.kept]
    definition = draft.kept.get("runDefinition")
    if definition and (definition != branches["runDefinition"] or _ENVIRONMENT in set_aside):
        omitted.insert(0, _ENVIRONMENT)
    return _join(_in_order(draft.kept, branches, omitted))


def find_hopeless(details: Mapping[str, Any]) -> list[str]:
    """Paths of what is many times as long as the message may be: there is no room for it, whatever is redacted in it.
    It is best set aside before, since taking secrets out is what details of megabytes cost most."""
    found = [name for name, value in details.items() if name not in _ALWAYS_KEPT and _is_hopeless(value)]
    if "runDefinition" in found and not _is_hopeless(_without_environment(details["runDefinition"])):
        found[found.index("runDefinition")] = _ENVIRONMENT
    return found


def without(details: Mapping[str, Any], paths: Collection[str]) -> dict[str, Any]:
    """The details without what `find_hopeless` found."""
    return {name: _without_environment(value) if name == "runDefinition" and _ENVIRONMENT in paths else value
            for name, value in details.items() if name not in paths}


def _is_hopeless(value: Any) -> bool:
    return _left(value, _HOPELESS_UNITS, 0) < 0


def _left(value: Any, units: int, depth: int) -> int:
    """How many of so many units the texts and names in a value leave, below zero where they are too many: the rest is
    not looked at then. Neither is what is nested so deep that it is no JSON of a run."""
    if isinstance(value, str):
        return units - len(value)
    members = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        if units < 0 or depth > _DEEPEST:
            break
        units = _left(member, units - len(str(name)), depth + 1)
    return units


def _in_order(kept: Mapping[str, str], branches: Mapping[str, str], omitted: list[str]) -> dict[str, str]:
    """What is kept as the details have it, then the paths that are not, those of the lowest value first."""
    found = {name: kept[name] for name in branches if name in kept}
    return {**found, OMITTED: _name(omitted)} if omitted else found


class _Draft:
    """The branches kept so far, each as JSON, and the room left beside the names of all that may be omitted."""

    def __init__(self, limit_bytes: int, paths: list[str]):
        self.kept: dict[str, str] = {}
        self._used: dict[str, tuple[int, int]] = {}
        frame = _measure(_join({OMITTED: _name([texts.ELLIPSIS])}) + ", ")
        names = [_measure(dump(texts.shorten(path, _NAME_UNITS)) + ", ") for path in paths]
        self._room = [limit - used - sum(heapq.nlargest(_MOST_NAMED, sizes))
                      for limit, used, sizes in zip((LIMIT_UNITS, limit_bytes), frame, zip(*names))]

    def put(self, name: str, branch: str) -> None:
        """Keep the branch as this text, in place of an earlier one, if there is room."""
        if self.has_room(name, branch):
            self._room, self._used[name] = self._room_with(name, branch)
            self.kept[name] = branch

    def has_room(self, name: str, branch: str, spare: float = 0) -> bool:
        """Whether the branch leaves at least the `spare` part of the room free."""
        left, _ = self._room_with(name, branch)
        return all(after >= spare * now for after, now in zip(left, self._room))

    def _room_with(self, name: str, branch: str) -> tuple[list[int], tuple[int, int]]:
        """What would be left, and what the branch would use, of units and of bytes."""
        used = _measure(_member(name, branch) + ", ")
        earlier = self._used.get(name, (0, 0))
        return [now + freed - new for now, freed, new in zip(self._room, earlier, used)], used


def _fill(draft: _Draft, values: Mapping[str, Any], branches: Mapping[str, str], order: list[str]) -> None:
    """Put in what there is room for. A long error gets half of the room, and in the end what the others leave."""
    always = [name for name in _ALWAYS_KEPT if name in branches]
    for name in always:
        draft.put(name, _last_resort(values[name], branches[name]))
    for name in always[:-1] if "error" in branches else always:
        draft.put(name, branches[name])
    if "error" in branches:
        _put_shortened(draft, "error", values["error"], spare=0.5)
    for name in order:
        if name == "runDefinition":
            draft.put(name, dump(_without_environment(values[name])))
        draft.put(name, branches[name])
    if "error" in branches and draft.kept["error"] != branches["error"]:
        _put_shortened(draft, "error", values["error"])


def _put_shortened(draft: _Draft, name: str, value: Any, spare: float = 0) -> None:
    """Put in the value with its texts at the largest common limit for which there is room, if there is one."""
    def has_room(limit: int) -> bool:
        return draft.has_room(name, dump(_shorten_texts(value, limit)), spare)
    if has_room(_SHORTEST_UNITS):  # or else it has too many texts to try many limits
        limit = texts.find_largest_limit(has_room, LIMIT_UNITS, _SHORTEST_UNITS)
        draft.put(name, dump(_shorten_texts(value, limit)))


def _shorten_texts(value: Any, limit_units: int) -> Any:
    if isinstance(value, dict):
        return {name: _shorten_texts(member, limit_units) for name, member in value.items()}
    if isinstance(value, list):
        return [_shorten_texts(member, limit_units) for member in value]
    return texts.shorten(value, limit_units) if isinstance(value, str) else value


def _without_environment(definition: Any) -> Any:
    if not isinstance(definition, dict):
        return definition
    return {name: value for name, value in definition.items() if name != "environment"}


def _last_resort(value: Any, branch: str) -> str:
    """A short text that takes the place of a long branch."""
    if texts.count_units(branch) <= _LAST_RESORT_UNITS:
        return branch
    return dump(texts.shorten(value if isinstance(value, str) else branch, _LAST_RESORT_UNITS))


def _name(paths: list[str]) -> str:
    named = [texts.shorten(path, _NAME_UNITS) for path in paths[:_MOST_NAMED]]
    return dump(named + [texts.ELLIPSIS] * (len(paths) > _MOST_NAMED))


def _join(branches: Mapping[str, str]) -> str:
    return "{" + ", ".join(_member(name, branch) for name, branch in branches.items()) + "}"


def _member(name: str, branch: str) -> str:
    return f"{dump(name)}: {branch}"


def _measure(text: str) -> tuple[int, int]:
    return texts.count_units(text), texts.count_json_bytes(text)
