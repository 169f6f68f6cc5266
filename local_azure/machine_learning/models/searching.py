"""Which models are asked for: by name, tags, properties, run, framework or data set, all versions or the latest."""
import re
from collections.abc import Iterable, Mapping
from typing import Any

from local_azure.machine_learning.errors import ServiceError

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,254}", re.ASCII)
_FIELDS = {"name": "name", "framework": "framework", "runId": "runId", "description": "description"}


def check_name(name: Any) -> str:
    """Raises ServiceError for what is no name of a model."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ServiceError(400, f"{name!r} is no name of a model: letters, digits, -, _ and ., at most 255.")
    return name


def matching(models: Iterable[Mapping[str, Any]], query: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The models that a query asks for, the last registered first. `tags` and `properties` are names, or names with a
    value, joined by commas."""
    found = [model for model in models
             if all(model[field] == query[asked] for asked, field in _FIELDS.items() if asked in query)
             and _has(model["kvTags"], query.get("tags") or query.get("tag"))
             and _has(model["properties"], query.get("properties"))
             and ("datasetId" not in query or query["datasetId"] in [one.get("id") for one in model["datasets"]])]
    if query.get("latestVersionOnly", "").lower() == "true":
        found = list({model["name"]: model for model in found}.values())
    return sorted(found, key=lambda model: (model["createdTime"], model["version"]), reverse=True)


def _has(values: Mapping[str, Any], wanted: str | None) -> bool:
    for one in wanted.split(",") if wanted else ():
        name, equals, value = one.partition("=")
        if name not in values or (equals and str(values[name]) != value):
            return False
    return True
