"""The requests about schedules: to make, list, read and change them, and for the runs that they started."""
from functools import partial
from typing import Any

from starlette.responses import Response

from local_azure.machine_learning.answering import Answers, Call
from local_azure.machine_learning.pipelines.definition_routes import PIPELINES
from local_azure.machine_learning.pipelines.entities import Entity, asks_for_active
from local_azure.machine_learning.pipelines.models import Pipelines
from local_azure.machine_learning.pipelines.posted import CHANGED_SCHEDULE, SCHEDULE
from local_azure.machine_learning.pipelines.run_routes import RUNS, described_all
from local_azure.machine_learning.pipelines.schedules import Schedules

_SCHEDULES = f"{PIPELINES}/Schedules"


def answers(schedules: Schedules, pipelines: Pipelines) -> Answers:
    return {
        f"POST {_SCHEDULES}/Create": lambda call: schedules.create(call.history, call.read(SCHEDULE)),
        f"GET {_SCHEDULES}": lambda call: schedules.entities.all(call.history, asks_for_active(call.query)),
        f"GET {_SCHEDULES}/{{id}}": lambda call: schedules.entities.find(call.history, call.path["id"]),
        f"PUT {_SCHEDULES}/{{id}}": lambda call: schedules.replace(
            call.history, call.path["id"], call.read(CHANGED_SCHEDULE)),
        f"GET {_SCHEDULES}/Pipeline/{{id}}": partial(_list, schedules, "PipelineId"),
        f"GET {_SCHEDULES}/PipelineEndpoint/{{id}}": partial(_list, schedules, "PipelineEndpointId"),
        f"GET {RUNS}/Schedule/{{id}}": lambda call: described_all(pipelines, call, "ScheduleId"),
        f"GET {RUNS}/Schedule/{{id}}/Last": partial(_last, pipelines)}


def _list(schedules: Schedules, field: str, call: Call) -> list[Entity]:
    return [one for one in schedules.entities.all(call.history) if one.get(field) == call.path["id"]]


def _last(pipelines: Pipelines, call: Call) -> dict[str, Any] | Response:
    started = described_all(pipelines, call, "ScheduleId")
    return started[0] if started else Response(status_code=204)
