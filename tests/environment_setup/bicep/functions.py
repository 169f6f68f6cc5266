"""Functions of Bicep, as far as the files of environment_setup call them. What only Azure knows is a Symbol."""
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"


class Symbol(str):
    """Something that is known at deployment, such as `<app.identity.principalId>`; so are its properties."""

    def __getitem__(self, name: Any) -> "Symbol":
        return Symbol(f"<{self.strip('<>')}.{name}>")


def resource_id(group: str, type_name: str, *names: str) -> str:
    namespace, *types = type_name.split("/")
    path = "/".join(f"{one}/{name}" for one, name in zip(types, names, strict=True))
    return f"{group}/providers/{namespace}/{path}"


def union(*values: Any) -> Any:
    """The later ones win; objects in objects are merged, too."""
    if not isinstance(values[0], Mapping):
        return list(dict.fromkeys(item for value in values for item in value))
    merged: dict[str, Any] = {}
    for value in values:
        for name, item in value.items():
            both = isinstance(item, Mapping) and isinstance(merged.get(name), Mapping)
            merged[name] = union(merged[name], item) if both else item
    return merged


def to_string(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def to_object(items: Sequence[Any], key: Callable, value: Callable = lambda item: item) -> dict[str, Any]:
    return {key(item): value(item) for item in items}


def _guid(*parts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "|".join(parts)))


PURE: dict[str, Callable] = {
    "any": lambda value: value,
    "concat": lambda *values: [item for value in values for item in value],
    "contains": lambda whole, part: part in whole,
    "empty": lambda value: not value,
    "filter": lambda items, test: [item for item in items if test(item)],
    "flatten": lambda lists: [item for items in lists for item in items],
    "guid": _guid,
    "items": lambda value: [{"key": name, "value": item} for name, item in sorted(value.items())],
    "join": lambda items, separator: separator.join(items),
    "last": lambda items: items[-1],
    "map": lambda items, change: [change(item) for item in items],
    "reference": lambda name, *_: Symbol(f"<{name}>"),
    "replace": str.replace,
    "split": lambda text, separator: text.split(separator),
    "string": to_string,
    "subscriptionResourceId": lambda *names: resource_id(SUBSCRIPTION, *names),
    "tenant": lambda: {"tenantId": "00000000-0000-0000-0000-00000000000a"},
    "environment": lambda: {"authentication": {"loginEndpoint": "https://login.microsoftonline.com/"}},
    "toLower": str.lower,
    "toObject": to_object,
    "trim": str.strip,
    "union": union,
    "uniqueString": lambda *parts: _guid(*parts)[-12:],
}
