"""Plans: what a pipeline runs, as a task that waits for somebody else sees it.

An agentless task hands its ids and a token to whoever does the work, and waits for the event `TaskCompleted`. Until
then logs, lines of the live console and records of the timeline can be sent ("HTTP REST API task", "Events", "Logs" and
"Timelines" of the REST API's distributed tasks).
"""
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from local_azure.devops.errors import InvalidRequestError, NotFoundError

HUB = "build"


@dataclass(slots=True)
class Plan:
    """A plan with one job of one task. `token` is the task's, good until `token_ends_at`; the records of the timeline
    are JSON of the API, by their ids; `feed` are the lines that were sent to the console."""

    project: str
    task_name: str
    token_ends_at: datetime
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    project_id: str = field(default_factory=lambda: str(uuid4()))
    plan_id: str = field(default_factory=lambda: str(uuid4()))
    timeline_id: str = field(default_factory=lambda: str(uuid4()))
    job_id: str = field(default_factory=lambda: str(uuid4()))
    task_id: str = field(default_factory=lambda: str(uuid4()))
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    logs: dict[int, bytearray] = field(default_factory=dict)
    feed: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for record_id, parent_id, kind, name in ((self.job_id, None, "Job", "Job"),
                                                 (self.task_id, self.job_id, "Task", self.task_name)):
            self.records[record_id] = {"id": record_id, "parentId": parent_id, "type": kind, "name": name,
                                       "state": "inProgress", "result": None}

    @property
    def place(self) -> tuple[str, str]:
        """The project and the hub in the URLs of this plan."""
        return self.project_id, HUB

    def properties(self, plan_url: str) -> dict[str, str]:
        """What the task tells whoever does the work: application properties of a message, or headers of a request."""
        return {"PlanUrl": plan_url, "ProjectId": self.project_id, "HubName": HUB, "PlanId": self.plan_id,
                "JobId": self.job_id, "TimelineId": self.timeline_id, "TaskInstanceName": self.task_name,
                "TaskInstanceId": self.task_id, "AuthToken": self.token}

    def take_event(self, event: Any) -> None:
        """Of a task that has ended, its record tells how. Raises InvalidRequestError, NotFoundError."""
        if not isinstance(event, dict) or not event.get("name"):
            raise InvalidRequestError("An event needs a name.")
        if event["name"] == "TaskCompleted":
            if event.get("result") not in ("succeeded", "failed"):
                raise InvalidRequestError("The result of a task is succeeded or failed.")
            if str(event.get("taskId", "")).lower() != self.task_id:
                raise NotFoundError(f"There is no task {event.get('taskId')} in plan {self.plan_id}.")
            self.end(event["result"])
        self.events.append(event)

    def end(self, result: str) -> None:
        """The task and its job have ended so, in their own time or because somebody cancelled them; once."""
        for record in self.records.values():
            if record["state"] != "completed":
                record.update(state="completed", result=result)

    def add_log(self) -> int:
        """The id of a new, empty log."""
        self.logs[len(self.logs) + 1] = bytearray()
        return len(self.logs)

    def find_log(self, log_id: int) -> bytearray:
        """Raises NotFoundError."""
        if log_id not in self.logs:
            raise NotFoundError(f"Cannot find log with Id {log_id}.")
        return self.logs[log_id]

    def update_records(self, records: Any) -> list[dict[str, Any]]:
        """Each names its id; one that is new is added. Raises InvalidRequestError."""
        if not isinstance(records, list) or not all(
                isinstance(each, dict) and isinstance(each.get("id"), str) and each["id"] for each in records):
            raise InvalidRequestError("Each record needs an id.")
        for record in records:
            self.records.setdefault(record["id"].lower(), {"state": "pending", "result": None}).update(record)
        return [self.records[record["id"].lower()] for record in records]


class Plans:
    """The plans of an organisation."""

    def __init__(self) -> None:
        self._plans: dict[str, Plan] = {}

    def __iter__(self) -> Iterator[Plan]:
        """The newest first."""
        return iter(reversed(self._plans.values()))

    def add(self, plan: Plan) -> None:
        self._plans[plan.plan_id] = plan

    def remove(self, plan_id: str) -> None:
        """As when its pipeline's run is deleted."""
        del self._plans[plan_id]

    def find(self, plan_id: str) -> Plan:
        """Raises NotFoundError."""
        plan = self._plans.get(plan_id.lower())
        if plan is None:
            raise NotFoundError(f"The plan {plan_id} does not exist.")
        return plan

    def has_token(self, token: str, now: datetime) -> bool:
        """Whether it is of a task, and lives."""
        return any(secrets.compare_digest(plan.token.encode(), token.encode()) and now < plan.token_ends_at
                   for plan in self._plans.values())
