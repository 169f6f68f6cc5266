"""The request with which the SDK submits a script run."""
import re
from functools import partial
from typing import Any
from uuid import uuid4

from local_azure.machine_learning.answering import Answers, Call
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.execution.models import Execution, Job
from local_azure.machine_learning.run_history.writing import RunWriter
from local_azure.scenarios.models import ARM_ID

_RUN_ID = re.compile(r"\w[\w-]{0,255}", re.ASCII)


def answers(execution: Execution, writer: RunWriter) -> Answers:
    path = f"/execution/v1.0{ARM_ID}/experiments/{{experiment}}/snapshotrun"
    return {f"POST {path}": partial(_submit, execution, writer)}


def _submit(execution: Execution, writer: RunWriter, call: Call) -> dict[str, Any]:
    definition, snapshot_id = call.fields.get("Configuration"), call.fields.get("SnapshotId")
    if not isinstance(definition, dict) or not snapshot_id:
        raise ServiceError(400, "Configuration and SnapshotId are required.")
    if not (definition.get("script") or definition.get("command")):
        raise ServiceError(400, "The configuration has neither a script nor a command.")
    run_id = call.query.get("runId") or str(uuid4())
    if not _RUN_ID.fullmatch(run_id):  # it is the name of a folder too
        raise ServiceError(400, f"{run_id!r} is no id of a run: letters, digits, - and _, at most 256.")
    experiment = writer.experiment(call.history, call.path["experiment"])
    job = Job(run_id, definition, snapshot_id)
    run = execution.submit(call.history, experiment, job, runType="azureml.scriptrun",
                           parentRunId=call.fields.get("ParentRunId"))
    return {"runId": run.id}
