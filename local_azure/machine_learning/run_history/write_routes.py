"""The requests to the run history that change it: experiments, runs, their tags and the events that they post."""
from functools import partial
from typing import Any

from local_azure.machine_learning.answering import Answer, Answers, Call
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.run_history.models import NotFoundError
from local_azure.machine_learning.run_history.routes import OF_EXPERIMENT, describe, found_run
from local_azure.machine_learning.run_history.tokens import RunTokens
from local_azure.machine_learning.run_history.writing import (
    CANCEL_REQUESTED, CANCELED, COMPLETED, FAILED, RUNNING, RunWriter)
from local_azure.machine_learning.work import Work
from local_azure.scenarios.models import Run

_EVENT = "Microsoft.MachineLearning.Run."
_RUN = {"parentRunId?": str, "name?": str, "displayName?": str, "runType?": str, "target?": str,
        "dataContainerId?": str, "createdBy?": {"userName": str}, "tags?": {"*": object}, "properties?": {"*": object}}
_HAPPENED = {"name?": str, "data?": {"ErrorResponse?": {"*": object}}}
_OWN = frozenset({"runId", "rootRunId", "experimentId", "runNumber", "createdUtc", "status"})
"""What of a new run the service says itself."""


def answers(writer: RunWriter, work: Work, tokens: RunTokens) -> Answers:
    """`work` knows which runs are this machine's own, and cancels them."""
    found: dict[str, Answer] = {}
    for experiment in OF_EXPERIMENT:
        run = f"{experiment}/runs/{{run_id}}"
        found |= {
            f"POST {experiment}": partial(_create_experiment, writer),
            f"PATCH {run}": partial(_patch, writer),
            f"DELETE {run}/tags": partial(_remove_tags, writer),
            f"POST {run}/events": partial(_take_event, writer, work),
            f"GET {run}/token": partial(_token, tokens),
            f"GET {run}/metricsingest/wait": lambda call: {},
            f"PATCH {experiment}/batch/runs": partial(_patch_many, writer),
            f"POST {experiment}/batch/events": partial(_take_events, writer, work)}
    return found


def _create_experiment(writer: RunWriter, call: Call) -> dict[str, Any]:
    return describe(writer.experiment(call.history, call.path["experiment"]))


def _patch(writer: RunWriter, call: Call) -> dict[str, Any]:
    return _patched(writer, call, call.path["run_id"], call.read(_RUN)).record


def _patch_many(writer: RunWriter, call: Call) -> dict[str, Any]:
    wanted = call.read({"runs?": [{"runId": str, **_RUN}]}).get("runs") or []
    return {"runs": {one["runId"]: _patched(writer, call, one["runId"], one).record for one in wanted}, "errors": {}}


def _patched(writer: RunWriter, call: Call, run_id: str, fields: Any) -> Run:
    """The run with these changes; one that there is not yet is made."""
    try:
        run = call.history.run(run_id)
    except NotFoundError:
        experiment = call.history.experiment(call.path["experiment"])
        own = {name: value for name, value in fields.items() if name not in _OWN}
        return writer.create(call.history, experiment, run_id, **own)
    return writer.patch(call.history, run, fields)


def _remove_tags(writer: RunWriter, call: Call) -> dict[str, Any]:
    return writer.remove_tags(call.history, found_run(call), call.read([str])).record


def _token(tokens: RunTokens, call: Call) -> dict[str, Any]:
    token = tokens.issue(found_run(call).id, call.history)
    return {"token": token.value, "expiryTimeUtc": token.expiry_utc}


def _take_event(writer: RunWriter, work: Work, call: Call) -> None:
    _happen(writer, work, call, found_run(call), call.read(_HAPPENED))


def _take_events(writer: RunWriter, work: Work, call: Call) -> dict[str, Any]:
    posted = call.read({"events?": [{"name?": str, "data": {"RunId": str, "ErrorResponse?": {"*": object}}}]})
    for event in posted.get("events") or []:
        _happen(writer, work, call, call.history.run(event["data"]["RunId"]), event)
    return {"errors": []}


def _happen(writer: RunWriter, work: Work, call: Call, run: Run, event: Any) -> None:
    """Of a run that the service runs itself, nobody else says that it has started or how it ended."""
    name, data = str(event.get("name", "")).removeprefix(_EVENT), event.get("data") or {}
    if name in (CANCELED, CANCEL_REQUESTED):
        work.cancel(call.history, run)
    elif name == "Error":
        writer.patch(call.history, run, {"error": data.get("ErrorResponse")})
    elif name in ("Start", COMPLETED, FAILED):
        if work.manages(run.id):
            raise ServiceError(400, f"Run {run.id} is managed by the service, which alone says that it is {name}.")
        writer.move(call.history, run.id, RUNNING if name == "Start" else name)
    else:
        raise ServiceError(400, f"{event.get('name')!r} is no event of a run.")
