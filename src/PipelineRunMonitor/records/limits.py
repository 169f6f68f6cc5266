"""The dimensions of a record within the limits of Application Insights. Pure."""
from collections.abc import Mapping
from typing import Any

from . import json_texts, texts

LIMIT_UNITS = 8_192  # of one value
LIMIT_BYTES = 28_000  # of all of them: an item of 64 KB has to carry the message too
_QUOTES = 2  # around each text


def fit(values: Mapping[str, Any]) -> dict[str, str]:
    """Known values as texts within the limits; where all together are too long, the longest are cut to one length.
    Objects and lists are JSON, and stay it."""
    known = {name: value for name, value in values.items() if value is not None and value not in ("", [], {})}
    found = _shorten(known, LIMIT_UNITS)
    limit = LIMIT_UNITS if count_bytes(found) <= LIMIT_BYTES else texts.find_largest_limit(
        lambda limit: count_bytes(_shorten(known, limit)) <= LIMIT_BYTES, LIMIT_UNITS)
    return found if limit == LIMIT_UNITS else _shorten(known, limit)


def count_bytes(values: Mapping[str, str]) -> int:
    """Bytes of the names and values inside a JSON document, without what stands between them."""
    together = texts.count_json_bytes("".join([*values, *values.values()]))  # far faster than one by one
    return together - _QUOTES + 2 * _QUOTES * len(values)


def _shorten(values: Mapping[str, Any], limit_units: int) -> dict[str, str]:
    return {name: _shorten_value(value, limit_units) for name, value in values.items()}


def _shorten_value(value: Any, limit_units: int) -> str:
    if not isinstance(value, str) and isinstance(value, (Mapping, list)):
        return json_texts.shorten(value, limit_units)
    text = value if isinstance(value, str) else json_texts.dump(json_texts.plain(value))
    return texts.shorten(texts.clean(text), limit_units)
