"""Where the values of a record are: the run's details, the run itself, the event. Pure.

SDK v1 and v2 write the same fact in different places, and names differ in case and prefix; they are looked up without
regard to case. The run wins over the event, which fills gaps.
"""
import re
from collections.abc import Mapping
from typing import Any

from azure_access.answers import Fields
from azure_access.times import parse_time, to_milliseconds

from .. import statuses
from ..events.parsing import RunEvent
from ..runs.snapshots import RunSnapshot

_BASE_IMAGE = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)", re.IGNORECASE | re.MULTILINE)


class Source:
    """What one event and its snapshot tell."""

    def __init__(self, event: RunEvent, snapshot: RunSnapshot):
        self.event, self.snapshot = event, snapshot
        self._run = [Fields(snapshot.details), Fields(snapshot.answer)]
        self._named = [Fields(found) for found in (
            snapshot.details.get("properties"), snapshot.answer.get("properties"), snapshot.tags,
            event.properties, event.tags)]
        self.status = status_of(event, snapshot)
        self.error = find_error(self.told("error"))
        self.start_ms = _milliseconds(self.told("startTimeUtc"))
        self.end_ms = _milliseconds(self.told("endTimeUtc"))
        self.created_ms = to_milliseconds(snapshot.created_time) if snapshot.created_time else None

    def named(self, *names: str) -> Any:
        """The first of these properties or tags that has a value."""
        return _first(source.value(name) for name in names for source in self._named)

    def told(self, *path: str) -> Any:
        """A value of the details, or else of the run: told("compute", "vmSize")."""
        return _first(source.value(*path) for source in self._run)

    def defined(self, *path: str) -> Any:
        """A value of the run definition: defined("environment", "docker", "baseImage")."""
        return self.told("runDefinition", *path)

    def find_vm_size(self) -> Any:
        return _first((self.defined("amlCompute", "vmSize"),
                       self.defined("autoClusterComputeSpecification", "instanceSize"),
                       self.told("compute", "vmSize"), self.told("compute", "instanceType")))

    def find_node_count(self) -> Any:
        return _first((self.defined("nodeCount"), self.told("computeRequest", "nodeCount"),
                       self.told("compute", "instanceCount")))

    def find_vm_priority(self) -> Any:
        """Whether the machines may be taken away; of an existing cluster runs of SDK v2 alone say it."""
        return _first((self.defined("autoClusterComputeSpecification", "instancePriority"),
                       self.told("compute", "priority"), self.defined("amlCompute", "vmPriority")))

    def find_region(self) -> str | None:
        """Where the machines are: where the workspace is, unless the run says another region."""
        found = self.told("compute", "region") or self.snapshot.region
        return found.replace(" ", "").lower() if isinstance(found, str) else None

    def find_target(self) -> Any:
        return _first((self.told("target"), self.defined("target"), self.told("compute", "target")))

    def find_compute_target_type(self) -> Any:
        return _first((self.named("ComputeTargetType", "_azureml.ComputeTargetType"),
                       self.told("compute", "targetType"), self.told("runTypeV2", "computeType")))

    def find_docker_image(self) -> Any:
        """An environment of SDK v2 may be a Dockerfile, which begins with the image."""
        image = self.defined("environment", "docker", "baseImage")
        dockerfile = self.defined("environment", "docker", "baseDockerfile")
        begun = _BASE_IMAGE.search(dockerfile) if isinstance(dockerfile, str) else None
        return image or (begun[1] if begun else None)

    def find_environment(self) -> str | None:
        name, version = self.defined("environment", "name"), self.defined("environment", "version")
        if not isinstance(name, str):
            return None
        return f"{name}:{version}" if isinstance(version, (str, int)) and version != "" else name


def status_of(event: RunEvent, snapshot: RunSnapshot) -> str:
    """The run's status; the event's where the run history still lags behind the event that says the run ended."""
    status = snapshot.run.status
    if not status or event.run_status in statuses.FINAL and status not in statuses.FINAL:
        return event.run_status
    return event.run_status if event.run_status in statuses.ENDED and status not in statuses.ENDED else status


def find_error(response: object) -> Mapping[str, Any]:
    """The outermost error of an ErrorResponse, with the message that says most about it."""
    found = Fields(response)
    error = found.fields("error") or found
    said = (error.text("message"), error.text("messageFormat"), error.text("debugInfo", "message"))
    message = next((text for text in said if text), None)
    return {**error.members, "code": error.value("code"), "message": message} if error else {}


def _first(values: Any) -> Any:
    """The first value that says something."""
    return next((value for value in values if value is not None and value not in ("", [], {})), None)


def _milliseconds(value: object) -> int | None:
    try:
        return to_milliseconds(parse_time(value))
    except ValueError:
        return None
