"""What changes of a model, as JSON Patch says it: whole fields, which is all that the SDK sends."""
from collections.abc import Iterable, Mapping
from typing import Any

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.shapes import check

_CHANGING = frozenset({"kvTags", "description", "sampleInputData", "sampleOutputData", "resourceRequirements"})


def patched(model: Mapping[str, Any], operations: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Tags are replaced, properties and data sets only added to. Raises ServiceError."""
    changed = dict(model)
    for operation in operations:
        field, value = str(operation.get("path", "")).removeprefix("/"), operation.get("value")
        if operation.get("op") not in ("add", "replace"):
            raise ServiceError(400, f"{operation.get('op')!r} is not done to models: add or replace.")
        if field == "kvTags":
            check(value, dict, field)
        if field in _CHANGING:
            changed[field] = value
        elif field == "properties":
            changed[field] = _added(changed[field], value)
        elif field == "datasets":
            changed[field] = [*changed[field], *check(value, [dict], "datasets")]
        else:
            raise ServiceError(400, f"{operation.get('path')!r} of a model does not change so.")
    return changed


def _added(properties: Mapping[str, Any], more: Any) -> dict[str, Any]:
    check(more, dict, "properties")
    if fixed := sorted(name for name in properties if name in more and more[name] != properties[name]):
        raise ServiceError(400, f"Properties of a model do not change: {', '.join(fixed)}.")
    return {**properties, **more}
