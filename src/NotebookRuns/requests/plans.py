"""The plan of a pipeline that waits for its task, as the task names it: where to report, and as what. Pure.

The token of the function's identity goes to the plan's address, so that address has to be one of Azure DevOps, whoever
put the message on the queue.
"""
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

AZURE_DEVOPS = "dev.azure.com"
_OLDER_HOSTS = ".visualstudio.com"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HUB = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
GUIDS = {"project_id": "ProjectId", "plan_id": "PlanId", "job_id": "JobId", "timeline_id": "TimelineId",
         "task_id": "TaskInstanceId"}
"""Of a plan: the properties of a message, by the fields that they become."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`url` is the organisation's, without a slash at the end. Nothing of it is secret."""

    url: str
    project_id: str
    hub: str
    plan_id: str
    job_id: str
    timeline_id: str
    task_id: str

    @property
    def organization(self) -> str:
        """Its name, which newer addresses end with and older ones begin with."""
        parts = urlsplit(self.url)
        name = parts.hostname or ""
        return name.removesuffix(_OLDER_HOSTS) if name.endswith(_OLDER_HOSTS) else parts.path.rpartition("/")[2]

    @property
    def address(self) -> str:
        """What all calls about the plan begin with."""
        return f"{self.url}/{self.project_id}/_apis/distributedtask/hubs/{self.hub}/plans/{self.plan_id}"


def read_plan(properties: Mapping[str, object], hosts: Collection[str], problem: Callable[[str], None]) -> Plan:
    """Of the application properties of a message; every `problem` is told. `hosts` are trusted beside Azure DevOps'."""
    def text(name: str) -> str:
        value = properties.get(name)
        if not isinstance(value, str) or not value.strip():
            problem(f"the property {name} is missing")
            return ""
        return value.strip()

    url, hub = text("PlanUrl").rstrip("/"), text("HubName")
    guids = {field: text(name) for field, name in GUIDS.items()}
    for field, value in guids.items():
        if value and not _GUID.fullmatch(value):
            problem(f"the property {GUIDS[field]} is no GUID")
    if url and not is_trusted(url, hosts):
        problem("the property PlanUrl is no address of Azure DevOps")
    if hub and not _HUB.fullmatch(hub):
        problem("the property HubName is no name of a hub")
    return Plan(url=url, hub=hub, **{field: value.lower() for field, value in guids.items()})


def is_trusted(url: str, hosts: Collection[str]) -> bool:
    try:
        parts = urlsplit(url)
        name = (parts.hostname or "").lower()
        is_plain = not (parts.query or parts.fragment or parts.username or parts.password or "\\" in url)
        place = f"{name}:{parts.port}" if parts.port else name
    except ValueError:
        return False
    is_known = place in {AZURE_DEVOPS, *(host.lower() for host in hosts)} or place.endswith(_OLDER_HOSTS)
    return parts.scheme == "https" and is_plain and is_known
