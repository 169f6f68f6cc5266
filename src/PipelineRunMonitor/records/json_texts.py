"""JSON as records carry it: standard, and JSON still where it has to be shortened. Pure."""
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from . import texts

_SHORTEST_UNITS = 20  # of a value, before members are left out
_OF_AZURE_ML = ("azureml.", "_aml_system_", "_azureml.", "mlflow.")

dump = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def plain(value: Any) -> Any:
    """As standard JSON: no NaN, no lone surrogates, every key a text."""
    if isinstance(value, str):
        return texts.clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (dict, Mapping)):  # `dict` is asked fast
        return {texts.clean(str(name)): plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    return value if value is None or isinstance(value, (bool, int)) else texts.clean(str(value))


def shorten(value: Mapping[str, Any] | list[Any], limit_units: int) -> str:
    """An object or a list as JSON of at most `limit_units` UTF-16 code units (2 or more), the names in order.

    The longest values are shortened to one length. In an object those that Azure ML writes are the first to be, and to
    go: what a user put there outlives them.
    """
    clean = plain(value)
    whole = _dump_sorted(clean)
    if texts.count_units(whole) <= limit_units:
        return whole
    if isinstance(clean, list):
        return _fill_list(clean, limit_units)
    own = {name: member for name, member in clean.items() if not name.startswith(_OF_AZURE_ML)}
    others = {name: member for name, member in clean.items() if name not in own}
    return (_cut_to_fit(lambda limit: {**own, **_cut(others, limit)}, limit_units)
            or _fill(own, _cut(others, _SHORTEST_UNITS), limit_units)
            or _cut_to_fit(lambda limit: _cut(own, limit), limit_units)
            or _fill({}, _cut(own, _SHORTEST_UNITS), limit_units) or "{}")


def _cut_to_fit(build: Callable[[int], dict[str, Any]], limit_units: int) -> str | None:
    """With values of the largest common length that fits, if one does."""
    def fits(limit: int) -> bool:
        return texts.count_units(_dump_sorted(build(limit))) <= limit_units
    if limit_units < _SHORTEST_UNITS or not fits(_SHORTEST_UNITS):
        return None
    return _dump_sorted(build(texts.find_largest_limit(fits, limit_units, _SHORTEST_UNITS)))


def _fill(kept: dict[str, Any], more: dict[str, Any], limit_units: int) -> str | None:
    """What is kept, if it fits, and as many more members as do, the shortest first."""
    left = limit_units - texts.count_units(_dump_sorted(kept)) - len(", ")
    if left < 0:
        return None
    found = dict(kept)
    for name, member in sorted(more.items(), key=lambda pair: texts.count_units(dump({pair[0]: pair[1]}))):
        left -= texts.count_units(dump({name: member}))  # its braces stand for the comma and the space
        if left < 0:
            break
        found[name] = member
    return _dump_sorted(found)


def _fill_list(values: list[Any], limit_units: int) -> str:
    """The first elements, as many as fit, shortened where they are long."""
    found: list[Any] = []
    left = limit_units - len("[]")
    for value in _cut(dict(enumerate(values)), limit_units // 4).values():
        left -= texts.count_units(dump(value)) + len(", ")
        if left < 0:
            break
        found.append(value)
    return dump(found)


def _cut(members: dict[Any, Any], limit_units: int) -> dict[Any, Any]:
    return {name: _cut_value(member, limit_units) for name, member in members.items()}


def _cut_value(value: Any, limit_units: int) -> Any:
    text = value if isinstance(value, str) else dump(value)
    return value if texts.count_units(text) <= limit_units else texts.shorten(text, limit_units)


def _dump_sorted(value: Any) -> str:
    return dump(dict(sorted(value.items())) if isinstance(value, dict) else value)
