"""The requests with which the SDK submits a script run and cancels it, at the address that the run tells."""
import re
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from local_azure.machine_learning.answering import Answers, Call
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.execution.models import Execution, Job
from local_azure.machine_learning.run_history.routes import found_run
from local_azure.machine_learning.run_history.writing import RunWriter
from local_azure.machine_learning.work import Work
from local_azure.scenarios.models import ARM_ID

_RUN_ID = re.compile(r"\w[\w-]{0,255}", re.ASCII)

_VARIABLES = {"*": str}
_CONFIGURATION = {
    "script?": str, "command?": (str, list), "arguments?": list, "target?": str, "environmentVariables?": _VARIABLES,
    "environment?": {"environmentVariables?": _VARIABLES}, "maxRunDurationSeconds?": (int, float)}


def answers(execution: Execution, writer: RunWriter, work: Work, url: str) -> Answers:
    """`url` is the service's."""
    path = f"/execution/v1.0{ARM_ID}/experiments/{{experiment}}"
    return {f"POST {path}/snapshotrun": partial(_submit, execution, writer, url),
            f"POST {path}/runId/{{run_id}}/cancel": partial(_cancel, work)}


def _cancel(work: Work, call: Call) -> None:
    work.cancel(call.history, found_run(call))


def _submit(execution: Execution, writer: RunWriter, url: str, call: Call) -> dict[str, Any]:
    posted = call.read({"Configuration": _CONFIGURATION, "SnapshotId": str, "ParentRunId?": str})
    definition, snapshot_id = posted["Configuration"], posted["SnapshotId"]
    if not (definition.get("script") or definition.get("command")):
        raise ServiceError(400, "The configuration has neither a script nor a command.")
    run_id = call.query.get("runId") or str(uuid4())
    if not _RUN_ID.fullmatch(run_id):  # it is the name of a folder too
        raise ServiceError(400, f"{run_id!r} is no id of a run: letters, digits, - and _, at most 256.")
    experiment = writer.experiment(call.history, call.path["experiment"])
    job = Job(run_id, definition, snapshot_id)
    place = f"{url}/execution/v1.0{call.history.arm_id}/experiments/{quote(experiment.name)}/runId/{run_id}"
    run = execution.submit(call.history, experiment, job, runType="azureml.scriptrun", cancelUri=f"{place}/cancel",
                           parentRunId=posted.get("ParentRunId"))
    return {"runId": run.id}
