"""Schedules of published pipelines and endpoints: while one is active, a run starts each time that it is due."""
import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from local_azure.clock import Clock
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.pipelines.entities import ACTIVE, Entities, Entity
from local_azure.machine_learning.pipelines.models import Pipelines
from local_azure.machine_learning.pipelines.recurrences import Recurrence
from local_azure.machine_learning.run_history.models import NotFoundError, WorkspaceHistory

_RECURRENCE = ("0", "Recurrence")
_DONE = "0"  # how far the service is with setting up a schedule
logger = logging.getLogger(__name__)


class Schedules:
    """They are due by the clock, which may be faster than the wall's."""

    def __init__(self, pipelines: Pipelines, clock: Clock):
        self._pipelines, self._clock = pipelines, clock
        self.entities = Entities("Schedule")
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def create(self, history: WorkspaceHistory, declared: Mapping[str, Any]) -> Entity:
        """Raises NotFoundError for an unknown pipeline, ServiceError for what cannot be a schedule."""
        if str(declared.get("ScheduleType")) not in _RECURRENCE or not declared.get("Recurrence"):
            raise ServiceError(400, "The local workspace knows schedules with a recurrence alone.")
        self._pipeline_of(history, declared)
        Recurrence.of(declared["Recurrence"], self._clock.now())
        created = self.entities.add(history, {**declared, "ProvisioningStatus": _DONE})
        submission = {**(declared.get("PipelineSubmissionInfo") or {}), "ScheduleId": created["Id"]}
        return self.replace(history, created["Id"], {"PipelineSubmissionInfo": submission})

    def replace(self, history: WorkspaceHistory, schedule_id: str, fields: Mapping[str, Any]) -> Entity:
        """With these fields; what was due by the old ones is not any more. Raises as `create` does, and changes nothing
        then."""
        made = self._clock.now()
        declared = {**self.entities.find(history, schedule_id), **fields}.get("Recurrence") or {}
        recurrence = Recurrence.of(declared, made)
        schedule = self.entities.replace(history, schedule_id, fields)
        if schedule_id in self._tasks:
            self._tasks.pop(schedule_id).cancel()
        if schedule["EntityStatus"] == ACTIVE:
            self._tasks[schedule_id] = asyncio.create_task(self._keep(history, schedule, recurrence, made))
        return schedule

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _keep(self, history: WorkspaceHistory, schedule: Entity, recurrence: Recurrence, made: datetime) -> None:
        """What was due before the schedule was made is not made up."""
        last = made - timedelta(microseconds=1)
        while True:
            last = recurrence.next(last)
            await self._clock.sleep(max((last - self._clock.now()).total_seconds(), 0))
            self._submit(history, schedule)

    def _submit(self, history: WorkspaceHistory, schedule: Entity) -> None:
        try:
            self._pipelines.submit(history, self._pipeline_of(history, schedule), schedule["PipelineSubmissionInfo"],
                                   schedule_id=schedule["Id"])
        except (NotFoundError, ServiceError) as exc:
            logger.warning("schedule %s starts no run: %s", schedule["Name"], exc)

    def _pipeline_of(self, history: WorkspaceHistory, schedule: Mapping[str, Any]) -> str:
        if endpoint_id := schedule.get("PipelineEndpointId"):
            return self._pipelines.version_of(self._pipelines.endpoints.find(history, endpoint_id), None)
        return str(self._pipelines.published.find(history, schedule.get("PipelineId") or "")["Id"])
