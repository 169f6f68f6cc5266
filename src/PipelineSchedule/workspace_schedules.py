"""The schedules that Azure Machine Learning itself keeps: of published pipelines and their endpoints (SDK v1), and of
jobs (SDK v2), which are in Resource Manager.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from azure_access.answers import Fields
from azure_access.deadline import Deadline

from .pipelines import GUID, PipelineEndpoint, PublishedPipeline
from .recurrences import Recurrence, describe, find_next, for_jobs, for_published
from .refusals import Refusal, unavailable
from .submissions import Submission
from .transport import Answer, LostAnswerError
from .workspace_api import WorkspaceApi

_ACTIVE = ("0", "active")


@dataclass(frozen=True, slots=True)
class Job:
    """An earlier pipeline job, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class WorkspaceSchedule:
    """`id` is what the commands take, of a schedule of jobs its name. `last_run` is a run's id."""

    id: str
    name: str
    starts: str
    experiment_name: str | None
    when: str
    is_enabled: bool
    next_time: datetime | None
    last_run: str | None


class WorkspaceSchedules:
    """Every method raises MonitorError."""

    def __init__(self, api: WorkspaceApi):
        self._api = api

    def list_all(self, now: datetime, deadline: Deadline) -> list[WorkspaceSchedule]:
        """Those that are disabled too."""
        url = f"{self._api.url('pipelines', deadline)}/Schedules?activeOnly=false"
        published = self._ask("the schedules of published pipelines", url, deadline)
        found = published.items or tuple(published.fields.list("value"))
        jobs = self._list_jobs(deadline)
        return [*(self._published(Fields(one), now, deadline) for one in found),
                *(_of_jobs(Fields(one), now) for one in jobs)]

    def create(self, name: str, starts: PublishedPipeline | PipelineEndpoint | Job, submission: Submission,
               when: Recurrence, deadline: Deadline) -> str:
        """The id of the new schedule: Resource Manager would put it in the place of another one of that name."""
        if isinstance(starts, Job):
            known = self._api.management.ask(f"schedule {name}", self._arm_url(name), deadline)
            if known.status != 404:
                self._checked(f"schedule {name}", known)  # who may not look shall not replace
                raise Refusal(409, "Exists", f"there is a schedule {name}: give the new one another name, or delete "
                                             "that")
            self._put_job(name, _job_body(self._api, name, starts, submission, when), deadline)
            return name
        target = {"PipelineId" if isinstance(starts, PublishedPipeline) else "PipelineEndpointId": starts.id}
        body = {"Name": name, **target, "ScheduleType": "0", "Recurrence": for_published(when),
                "PipelineSubmissionInfo": {
                    "ExperimentName": submission.experiment_name, "Description": submission.description,
                    "ParameterAssignments": dict(submission.parameters), "RunType": "Schedule",
                    "tags": {**submission.tags, "submitted_by": "schedule", "schedule": name}}}
        url = f"{self._api.url('pipelines', deadline)}/Schedules/Create"
        try:
            answer = self._api.management.start("the schedule", url, deadline, body, {})
        except LostAnswerError as exc:
            raise unavailable(f"{exc}; it may have been created: look at the list before you create it again") from exc
        fields = self._checked("the schedule", answer).fields
        if str(fields.value("ProvisioningStatus")).casefold() in ("2", "failed"):
            raise Refusal(409, "NotCreated", f"the schedule {name} was not created: look at it in the studio")
        return fields.text("Id") or name

    def enable(self, schedule_id: str, is_enabled: bool, deadline: Deadline) -> None:
        if not GUID.fullmatch(schedule_id):
            job = self._ask(f"schedule {schedule_id}", self._arm_url(schedule_id), deadline).fields
            self._put_job(schedule_id, {"properties": {**job.fields("properties").members, "isEnabled": is_enabled}},
                          deadline)
            return
        url = f"{self._api.url('pipelines', deadline)}/Schedules/{schedule_id}"
        found = self._ask(f"schedule {schedule_id}", url, deadline).fields
        body = {**found.members, "EntityStatus": "Active" if is_enabled else "Disabled"}
        self._ask(f"schedule {schedule_id}", url, deadline, "PUT", body)

    def delete(self, schedule_id: str, deadline: Deadline) -> bool:
        """Whether it is gone: one of jobs has to be disabled before; those of published pipelines can only be disabled,
        as by the SDK."""
        self.enable(schedule_id, False, deadline)
        if GUID.fullmatch(schedule_id):
            return False
        self._ask(f"schedule {schedule_id}", self._arm_url(schedule_id), deadline, "DELETE")
        return True

    def _list_jobs(self, deadline: Deadline) -> list[Any]:
        """Resource Manager lists by the page, and without a word those alone that are enabled."""
        found: list[Any] = []
        url: str | None = self._api.arm_url("/schedules") + "&listViewType=All"
        while url:
            page = self._ask("the schedules of jobs", url, deadline).fields
            found += page.list("value")
            url = page.text("nextLink")
            if url and urlsplit(url)[:2] != urlsplit(self._api.arm_url(""))[:2]:
                raise Refusal(502, "Refused", "the schedules of jobs: the next page is at another address")
        return found

    def _published(self, one: Fields, now: datetime, deadline: Deadline) -> WorkspaceSchedule:
        schedule_id, recurrence = one.text("Id") or "", one.fields("Recurrence").members
        endpoint = one.text("PipelineEndpointId")
        is_enabled = str(one.value("EntityStatus")).casefold() in _ACTIVE
        return WorkspaceSchedule(
            schedule_id, one.text("Name") or "", f"endpoint:{endpoint}" if endpoint else
            f"published:{one.text('PipelineId')}", one.text("PipelineSubmissionInfo", "ExperimentName"),
            describe(recurrence), is_enabled, find_next(recurrence, now) if is_enabled else None,
            self._last_run(schedule_id, deadline))

    def _last_run(self, schedule_id: str, deadline: Deadline) -> str | None:
        url = f"{self._api.url('pipelines', deadline)}/PipelineRuns/Schedule/{quote(schedule_id, safe='')}/Last"
        answer = self._api.management.ask("the last run of a schedule", url, deadline)
        return None if answer.status == 404 else self._checked("the last run of a schedule", answer).fields.text("Id")

    def _put_job(self, name: str, body: Mapping[str, Any], deadline: Deadline) -> None:
        self._ask(f"schedule {name}", self._arm_url(name), deadline, "PUT", body)

    def _arm_url(self, name: str) -> str:
        return self._api.arm_url(f"/schedules/{quote(name, safe='')}")

    def _ask(self, what: str, url: str, deadline: Deadline, method: str = "GET",
             body: Mapping[str, Any] | None = None) -> Answer:
        return self._checked(what, self._api.management.ask(what, url, deadline, method=method, body=body))

    def _checked(self, what: str, answer: Answer) -> Answer:
        if answer.status == 404:
            raise Refusal(404, "NotFound", f"{what}: Azure Machine Learning does not know it, or its pipeline is gone")
        if answer.status in (400, 409, 422):
            raise Refusal(answer.status, "Refused", f"{what}: {answer.message}")
        self._api.check(answer, what)
        return answer


def _of_jobs(one: Fields, now: datetime) -> WorkspaceSchedule:
    found = one.fields("properties")
    trigger, job = found.fields("trigger").members, found.fields("action", "jobDefinition")
    is_enabled = found.value("isEnabled") is not False
    source = (job.text("sourceJobId") or job.text("jobType") or "?").rpartition("/")[2]
    name = one.text("name") or ""
    return WorkspaceSchedule(name, name, f"job:{source}", job.text("experimentName"), describe(trigger), is_enabled,
                             find_next(trigger, now) if is_enabled else None, None)


def _job_body(api: WorkspaceApi, name: str, job: Job, submission: Submission, when: Recurrence) -> dict[str, Any]:
    inputs = {key: {"jobInputType": "literal", "value": value} for key, value in submission.parameters.items()}
    return {"properties": {
        "isEnabled": True, "description": submission.description, "trigger": for_jobs(when),
        "action": {"actionType": "CreateJob", "jobDefinition": {
            "jobType": "Pipeline", "sourceJobId": f"{api.workspace.arm_id}/jobs/{job.name}",
            "experimentName": submission.experiment_name, "inputs": inputs,
            "tags": {**submission.tags, "submitted_by": "schedule", "schedule": name}}}}}
