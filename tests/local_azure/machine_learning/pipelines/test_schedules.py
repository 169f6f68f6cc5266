"""A schedule starts a run each time that it is due, as long as it is active, by a clock that only the test moves."""
import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette

from local_azure.clock import ManualClock
from local_azure.machine_learning.living import Living, Place
from local_azure.machine_learning.routes import routes
from local_azure.machine_learning.run_history.models import RunHistory
from local_azure.storage.models import BlobStore
from tests.local_azure.machine_learning.living_azure import WORKSPACE

EMPTY = {"Name": "empty", "Graph": {"ModuleNodes": [], "Edges": []}, "GraphInterface": {"Parameters": []}}


class Service:
    """The pipelines service of a workspace that has one pipeline, which has no steps."""

    def __init__(self, client, clock):
        self._client, self.clock = client, clock

    async def ask(self, method, path, body=None):
        answer = await self._client.request(method, f"/pipelines/v1.0{WORKSPACE.arm_id}/{path}", json=body)
        return answer.status_code, answer.json() if answer.content else None

    async def create(self, **changed):
        _, pipeline = await self.ask("POST", "Pipelines/Create", EMPTY)
        declared = {"Name": "s", "PipelineId": pipeline["Id"], "ScheduleType": "0",
                    "PipelineSubmissionInfo": {"ExperimentName": "scheduled"},
                    "Recurrence": {"Frequency": "Hour", "Interval": 1, "StartTime": "2024-01-01T01:30:00"}}
        return await self.ask("POST", "Schedules/Create", {**declared, **changed})

    async def runs(self, schedule):
        return len((await self.ask("GET", f"PipelineRuns/Schedule/{schedule['Id']}"))[1])

    async def advance(self, minutes):
        """Step by step, because who sleeps again has to be asleep before the next."""
        for _ in range(minutes):
            self.clock.advance(60)
            for _ in range(5):
                await asyncio.sleep(0)


@asynccontextmanager
async def service(tmp_path):
    clock = ManualClock()  # stands at the first of January 2024, midnight
    living = Living(Place(tmp_path, "https://127.0.0.1:1", tmp_path), BlobStore(tmp_path, "https://127.0.0.1:2"),
                    lambda event: None, clock)
    transport = httpx.ASGITransport(Starlette(routes=routes(RunHistory([WORKSPACE]), living=living)))
    async with httpx.AsyncClient(transport=transport, base_url="https://here",
                                 headers={"Authorization": "Bearer token"}) as client:
        yield Service(client, clock)
        await living.stop()


def run(tmp_path, scenario):
    async def in_service():
        async with service(tmp_path) as found:
            await scenario(found)
    asyncio.run(in_service())


def test_a_run_starts_each_time_that_it_is_due(tmp_path):
    async def scenario(found):
        _, schedule = await found.create()
        assert (schedule["EntityStatus"], schedule["ProvisioningStatus"]) == ("Active", "0")
        assert (await found.ask("GET", f"PipelineRuns/Schedule/{schedule['Id']}/Last"))[0] == 204
        await found.advance(89)
        assert await found.runs(schedule) == 0
        await found.advance(1)
        assert await found.runs(schedule) == 1
        await found.advance(120)
        assert await found.runs(schedule) == 3
        _, last = await found.ask("GET", f"PipelineRuns/Schedule/{schedule['Id']}/Last")
        assert (last["RunHistoryExperimentName"], last["ScheduleId"]) == ("scheduled", schedule["Id"])
    run(tmp_path, scenario)


def test_without_a_start_the_first_run_starts_at_once(tmp_path):
    async def scenario(found):
        _, schedule = await found.create(Recurrence={"Frequency": "Day", "Interval": 1})
        await found.advance(1)
        assert await found.runs(schedule) == 1
    run(tmp_path, scenario)


def test_a_disabled_schedule_starts_nothing_until_it_is_enabled(tmp_path):
    async def scenario(found):
        _, schedule = await found.create()
        path = f"Schedules/{schedule['Id']}"
        await found.ask("PUT", path, {**schedule, "EntityStatus": "Disabled"})
        assert (await found.ask("GET", "Schedules?activeOnly=true"))[1] == []
        await found.advance(100)
        assert await found.runs(schedule) == 0
        await found.ask("PUT", path, {**schedule, "EntityStatus": "0"})
        assert len((await found.ask("GET", f"Schedules/Pipeline/{schedule['PipelineId']}"))[1]) == 1
        await found.advance(60)
        assert await found.runs(schedule) == 1  # what was due meanwhile is not made up
    run(tmp_path, scenario)


def test_a_disabled_pipeline_is_not_started_and_the_schedule_goes_on(tmp_path):
    async def scenario(found):
        _, schedule = await found.create()
        status = f"Pipelines/{schedule['PipelineId']}/status"
        await found.ask("PUT", status, "Disabled")
        await found.advance(100)
        assert await found.runs(schedule) == 0
        await found.ask("PUT", status, "Active")
        await found.advance(60)
        assert await found.runs(schedule) == 1
    run(tmp_path, scenario)


@pytest.mark.parametrize(("changed", "status"), [
    ({"PipelineId": "none"}, 404), ({"PipelineEndpointId": "none"}, 404), ({"ScheduleType": "1"}, 400),
    ({"Recurrence": None}, 400), ({"Recurrence": {"Frequency": "Year", "Interval": 1}}, 400)])
def test_what_cannot_be_a_schedule_is_none(tmp_path, changed, status):
    async def scenario(found):
        assert (await found.create(**changed))[0] == status
        assert (await found.ask("GET", "Schedules"))[1] == []
    run(tmp_path, scenario)
