"""What a deployment's request says, in the shape of Resource Manager's onlineEndpoints/deployments."""
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.shapes import check

_MODEL = re.compile(r"(?:azureml:)?(?:/.*/models/(?P<name>[^/:]+)/versions/|(?P<short>[^/:]+):)(?P<version>\d+)")
_CODE = re.compile(r"(?:azureml:)?/.*/codes/(?P<name>[^/]+)/versions/(?P<version>[^/]+)")
_DURATION = re.compile(r"PT(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6}(?:\.\d{1,6})?)S)?")
# Azure's own.
_PROBE: Mapping[str, Any] = {"initialDelay": "PT10S", "period": "PT10S", "failureThreshold": 30}
_MOST_FAILURES = 1000
_REQUEST_TIMEOUT = "PT5S"


@dataclass(frozen=True, slots=True)
class Definition:
    """`model` is NAME:VERSION or None, `code` the name and version of what was uploaded, `script` a file of it;
    `health_seconds` is how long the service may take to become healthy, `request_seconds` to answer."""

    model: str | None
    code: tuple[str, str]
    script: str
    environment: Mapping[str, str]
    has_app_insights: bool
    health_seconds: float
    request_seconds: float

    @classmethod
    def parse(cls, properties: Mapping[str, Any]) -> "Definition":
        """Raises ServiceError for what cannot be deployed."""
        configuration = _object(properties, "codeConfiguration")
        script = str(configuration.get("scoringScript") or "")
        if not script or ".." in script.split("/") or script.startswith("/"):
            raise ServiceError(400, "codeConfiguration.scoringScript has to be the path of a file in the code.")
        code = _CODE.fullmatch(str(configuration.get("codeId")))
        if code is None:
            raise ServiceError(400, "codeConfiguration.codeId has to be the id of a version of code.")
        return cls(_model(properties.get("model")), (code["name"], code["version"]), script,
                   {name: str(value) for name, value in _object(properties, "environmentVariables").items()},
                   bool(properties.get("appInsightsEnabled")), _health_seconds(_object(properties, "readinessProbe")),
                   _seconds(_object(properties, "requestSettings").get("requestTimeout") or _REQUEST_TIMEOUT))


def _object(properties: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Empty where nothing is said."""
    found = properties.get(name) or {}
    if not isinstance(found, dict):
        raise ServiceError(400, f"{name} has to be an object.")
    return found


def _model(text: Any) -> str | None:
    if not text:
        return None
    found = _MODEL.fullmatch(str(text))
    if found is None:
        raise ServiceError(400, f"{text!r} is no version of a model: azureml:NAME:VERSION, or its id.")
    return f"{found['name'] or found['short']}:{found['version']}"


def _health_seconds(probe: Mapping[str, Any]) -> float:
    """How long the probe would go on asking in Azure."""
    asked = {**_PROBE, **{name: value for name, value in probe.items() if value is not None}}
    failures: int = check(asked["failureThreshold"], int, "readinessProbe.failureThreshold")
    if not 1 <= failures <= _MOST_FAILURES:
        raise ServiceError(400, f"readinessProbe.failureThreshold has to be from 1 to {_MOST_FAILURES}.")
    return _seconds(asked["initialDelay"]) + _seconds(asked["period"]) * failures


def _seconds(duration: Any) -> float:
    """Of a duration in ISO 8601, such as PT1M30S."""
    found = _DURATION.fullmatch(str(duration))
    if found is None or not (found["minutes"] or found["seconds"]):
        raise ServiceError(400, f"{duration!r} is no duration such as PT5S.")
    return 60 * int(found["minutes"] or 0) + float(found["seconds"] or 0)
