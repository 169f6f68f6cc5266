"""JSON values through the stations, member by member: names count as they do in texts, lists may be arguments."""
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from .arguments import argument_lists
from .arguments.known_commands import Argument
from .names.grading import NONE, PARAMETERS, STRONG, WEAK, grade
from .names.judging import is_random, is_secret_value
from .places import REDACTED, Place, replace
from .shapes import members
from .shapes.columns import ROWS, find_columns, is_label_name, is_value_name
from .text import find_places

TOO_DEEP = "[nested too deep]"

_DEEPEST = 60  # levels of nesting that are kept: deeper values exist only to break readers
_JSON_BEGINS = frozenset("{[ \t\r\n\ufeff")
_OWNED = frozenset(("key", "keys", "header"))
_ACCOUNT = frozenset(("username", "key"))  # of kaggle.json
_JWK_SECRETS = frozenset(("d", "p", "q", "dp", "dq", "qi", "k", "oth"))


class Walk:
    """One walk through values; `places` collects what was taken out where it is asked for."""

    def __init__(self, places: list[tuple[str, Place]] | None = None) -> None:
        self._places = places
        self._path: list[str] = []

    def redact(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.redact_text(value, depth)
        if not isinstance(value, (Mapping, list, tuple)):
            return value
        if depth > _DEEPEST:
            return TOO_DEEP
        if isinstance(value, Mapping):
            return self._redact_object(value, depth + 1)
        return self._redact_list(value, depth + 1)

    def redact_text(self, text: str, depth: int) -> str:
        nested, shadowed = _parse_nested(text) if text[:1] in _JSON_BEGINS else (None, [])
        if nested is not None:
            clean = self.redact(nested, depth + 1)
            is_clean = clean == nested and all(self._redact_member(name, value, depth + 1) == value
                                               for name, value in shadowed)
            return text if is_clean else json.dumps(clean, ensure_ascii=False)
        places = find_places(text)
        if not places:
            return text
        for place in places:
            self._note(place)
        return replace(text, places)

    def _note(self, place: Place) -> None:
        if self._places is not None:
            self._places.append((".".join(self._path), place))

    def _redact_object(self, values: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        lower = _lower_names(tuple(values)) if len(values) > 1 else {}
        beside = _secret_members(values, lower)
        tables = find_columns(values, lower) if lower else {}
        clean = {}
        for key, value in values.items():
            name = str(key)
            self._path.append(name)
            if name in tables:
                clean[name] = [self._redact_row(row, tables[name], depth) for row in value]
            elif name in beside:
                clean[name] = self._blank(value, grade(beside[name]) or STRONG, beside[name], "member beside its name")
            else:
                clean[self.redact_text(name, depth)] = self._redact_member(name, value, depth)
            self._path.pop()
        return clean

    def _redact_row(self, row: Sequence[Any], columns: Mapping[int, int], depth: int) -> list[Any]:
        clean = self._redact_list(list(row), depth + 1)
        return [self._blank(value, columns[at], f"column {at}", "column") if at in columns else value
                for at, value in enumerate(clean)]

    def _redact_member(self, name: str, value: Any, depth: int) -> Any:
        level = grade(name) or self._grade_in_owner(name)
        if level == NONE:
            return self.redact(value, depth)
        if name.casefold() == PARAMETERS:
            return self._blank_parameters(value)
        if level == STRONG and not (isinstance(value, str) and value[:1] in "{["):
            return self._blank(value, level, name, "member")
        if isinstance(value, list):
            return [self._redact_member(name, item, depth) for item in value]
        clean = self._blank(value, level, name, "member") if not isinstance(value, Mapping) else value
        return self.redact(clean, depth) if clean == value else clean

    def _grade_in_owner(self, name: str) -> int:
        """`{"storage": {"key": …}}` says what `storage_key` does, though less surely."""
        owner = self._path[-2] if len(self._path) > 1 else ""
        return WEAK if name.lower() in _OWNED and grade(f"{owner} {name}") == STRONG else NONE

    def _blank_parameters(self, value: Any) -> Any:
        nested = _parse_nested(value)[0] if isinstance(value, str) else value
        if not isinstance(nested, Mapping):
            return self._blank(value, STRONG, PARAMETERS, "member")
        return json.dumps({self.redact_text(str(name), 0): self._blank(item, STRONG, "", "parameter")
                           for name, item in nested.items()})

    def _blank(self, value: Any, level: int, name: str, shape: str) -> Any:
        """Empty, null and boolean values are no secrets, nor are the numbers that are called tokens."""
        if value in ("", None, [], {}) or isinstance(value, bool):
            return value
        if not isinstance(value, (Mapping, list, tuple)) and name and not is_secret_value(str(value), level, name):
            return value
        self._note(Place(0, 0, "names", f"{name}: {shape}"))
        return REDACTED

    def _redact_list(self, values: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
        secret = argument_lists.find(values)
        clean = []
        for at, value in enumerate(values):
            self._path.append(str(at))
            if at in secret:
                clean.append(self._blank_argument(value, secret[at]))
            else:
                clean.append(self.redact(value, depth))
            self._path.pop()
        return clean

    def _blank_argument(self, value: Any, found: Argument) -> Any:
        if value in ("", None, [], {}) or isinstance(value, bool):
            return value
        self._note(Place(0, 0, "arguments", found.rule))
        return f"{value[:found.start]}{REDACTED}{value[found.end:]}" if isinstance(value, str) else REDACTED


def _secret_members(values: Mapping[Any, Any], lower: Mapping[str, Any]) -> dict[str, str]:
    """The members that hold what another member names, or that are private in a JSON web key, and what says so."""
    if "kty" in lower:
        return {name: "JWK" for name in lower.values() if str(name) in _JWK_SECRETS}
    if lower.keys() >= _ACCOUNT and is_random(str(values[lower["key"]])):
        return {str(lower["key"]): "kaggle"}
    said = ""
    for low, name in lower.items():
        value = values[name]
        if isinstance(value, str) and is_label_name(low) and grade(value.lstrip("-")) >= WEAK:
            said = value
        elif low in members.KIND_LABELS and isinstance(value, str) and value.lower() in members.KINDS \
                or low.replace("_", "") in members.FLAGS and str(value).lower() == "true":
            said = said or "secret"
    if not said:
        return {}
    return {str(name): said for low, name in lower.items() if is_value_name(low) and not _is_reference(values[name])}


@lru_cache(maxsize=1_000)
def _lower_names(names: tuple[Any, ...]) -> dict[str, Any]:
    """Names by their lower case, where one of them can hold what another one names: few objects have such."""
    lower = {str(name).lower(): name for name in names}
    holds = "kty" in lower or lower.keys() >= _ACCOUNT or any(map(is_value_name, lower)) or not ROWS.isdisjoint(lower)
    return lower if holds else {}


def _is_reference(value: Any) -> bool:
    return isinstance(value, Mapping) and any("ref" in str(name).lower() for name in value)


def _parse_nested(text: str) -> tuple[Any, list[tuple[str, Any]]]:
    """The JSON object or list that a text holds, or None; and the members that later ones of the same name shadow."""
    text = text.lstrip("\ufeff \t\r\n")
    shadowed: list[tuple[str, Any]] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            shadowed.extend(pairs)
        return values

    try:
        return (json.loads(text, object_pairs_hook=collect) if text[:1] in ("{", "[") else None), shadowed
    except (ValueError, RecursionError):
        return None, []
