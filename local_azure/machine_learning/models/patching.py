"""What changes of a model, as JSON Patch says it: whole fields, which is all that the SDK sends."""
from collections.abc import Iterable, Mapping
from typing import Any

from local_azure.machine_learning.errors import ServiceError

_CHANGING = frozenset({"kvTags", "description", "sampleInputData", "sampleOutputData", "resourceRequirements"})


def patched(model: Mapping[str, Any], operations: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Tags are replaced, properties and data sets only added to. Raises ServiceError."""
    changed = dict(model)
    for operation in operations:
        field, value = str(operation.get("path", "")).removeprefix("/"), operation.get("value")
        if operation.get("op") not in ("add", "replace"):
            raise ServiceError(400, f"{operation.get('op')!r} is not done to models: add or replace.")
        if field == "kvTags" and not isinstance(value, dict):
            raise ServiceError(400, "kvTags have to be an object.")
        if field in _CHANGING:
            changed[field] = value
        elif field == "properties":
            changed[field] = _added(changed[field], value)
        elif field == "datasets" and isinstance(value, list):
            changed[field] = [*changed[field], *value]
        else:
            raise ServiceError(400, f"{operation.get('path')!r} of a model does not change so.")
    return changed


def _added(properties: Mapping[str, Any], more: Any) -> dict[str, Any]:
    if not isinstance(more, dict):
        raise ServiceError(400, "properties have to be an object.")
    if fixed := sorted(name for name in properties if name in more and more[name] != properties[name]):
        raise ServiceError(400, f"Properties of a model do not change: {', '.join(fixed)}.")
    return {**properties, **more}
