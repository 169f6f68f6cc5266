"""The requests that submit pipelines, by REST or by the SDK, ask how their runs are, and cancel them."""
from functools import partial
from typing import Any

from local_azure.machine_learning.answering import Answers, Call
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.execution.workers import Workers
from local_azure.machine_learning.pipelines.definition_routes import PIPELINES
from local_azure.machine_learning.pipelines.models import PIPELINE_RUN, Pipelines
from local_azure.machine_learning.pipelines.posted import SUBMISSION, UNSUBMITTED
from local_azure.machine_learning.run_history.models import NotFoundError
from local_azure.scenarios.models import Run

RUNS = f"{PIPELINES}/PipelineRuns"
_CODES = {"NotStarted": "0", "Failed": "2", "NotResponding": "2", "Completed": "3", "Canceled": "4"}
_RUNNING = "1"
_OWN = frozenset({"Assigned", "Continues"})  # what is known of a run, and no part of an answer


def answers() -> Answers:
    """Where nothing is written, the runs of the history are all that there are."""
    return {f"GET {RUNS}/{{id}}": lambda call: _described(_run(call, call.path["id"]), call)}


def living_answers(pipelines: Pipelines, workers: Workers) -> Answers:
    return {
        f"POST {RUNS}/PipelineSubmit/{{id}}": partial(_submit, pipelines),
        f"POST {RUNS}/PipelineEndpointSubmit/Id/{{id}}": partial(_submit_endpoint, pipelines),
        f"POST {RUNS}/Unsubmitted/CreationInfoWithGraph": partial(_create, pipelines),
        f"POST {RUNS}/Submit/{{id}}": lambda call: pipelines.start(call.history, call.path["id"]),
        f"GET {RUNS}/Pipeline/{{id}}": lambda call: described_all(pipelines, call, "PipelineId"),
        f"GET {RUNS}/{{id}}": lambda call: described(pipelines, call, call.path["id"]),
        f"DELETE {RUNS}/{{id}}/Execution": lambda call: workers.cancel(call.history, _run(call, call.path["id"]))}


def _submit(pipelines: Pipelines, call: Call) -> dict[str, Any]:
    run = pipelines.submit(call.history, call.path["id"], call.read(SUBMISSION), call.query.get("parentRunId"))
    return described(pipelines, call, run.id)


def _submit_endpoint(pipelines: Pipelines, call: Call) -> dict[str, Any]:
    endpoint = pipelines.endpoints.find(call.history, call.path["id"])
    pipeline_id = pipelines.version_of(endpoint, call.query.get("pipelineVersion"))
    run = pipelines.submit(call.history, pipeline_id, call.read(SUBMISSION), call.query.get("parentRunId"))
    return described(pipelines, call, run.id)


def _create(pipelines: Pipelines, call: Call) -> dict[str, Any]:
    posted = call.read(UNSUBMITTED)
    if not (experiment := call.query.get("experimentName")):
        raise ServiceError(400, "experimentName is required.")
    graph = pipelines.keep_graph(call.history, posted)
    run = pipelines.create_run(call.history, experiment, graph["Id"], posted["CreationInfo"])
    return described(pipelines, call, run.id)


def described(pipelines: Pipelines, call: Call, run_id: str) -> dict[str, Any]:
    """A run of this service's, or one of the sample workspace."""
    answer = _described(_run(call, run_id), call)
    try:
        known = pipelines.runs.find(call.history, run_id)
    except NotFoundError:
        return answer
    return {**{name: value for name, value in known.items() if name not in _OWN}, **answer}


def _described(run: Run, call: Call) -> dict[str, Any]:
    """What the history knows of it."""
    experiment = call.history.experiment(run.record["experimentId"])
    return {"Id": run.id, "RunHistoryExperimentName": experiment.name,
            "Status": {"StatusCode": _CODES.get(run.record["status"], _RUNNING)}}


def described_all(pipelines: Pipelines, call: Call, field: str) -> list[dict[str, Any]]:
    """The last first."""
    return [described(pipelines, call, one["Id"]) for one in reversed(pipelines.runs.all(call.history))
            if one[field] == call.path["id"]]


def _run(call: Call, run_id: str) -> Run:
    run = call.history.run(run_id)
    if run.record.get("runType") != PIPELINE_RUN:
        raise NotFoundError(f"Pipeline run {run_id} was not found")
    return run
