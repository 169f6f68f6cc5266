"""The request with which the SDK submits a script run."""
from functools import partial
from typing import Any
from uuid import uuid4

from local_azure.machine_learning.answering import Answers, Call
from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.execution.models import Execution, Job
from local_azure.machine_learning.run_history.writing import RunWriter
from local_azure.scenarios.models import ARM_ID


def answers(execution: Execution, writer: RunWriter) -> Answers:
    path = f"/execution/v1.0{ARM_ID}/experiments/{{experiment}}/snapshotrun"
    return {f"POST {path}": partial(_submit, execution, writer)}


def _submit(execution: Execution, writer: RunWriter, call: Call) -> dict[str, Any]:
    definition, snapshot_id = call.fields.get("Configuration"), call.fields.get("SnapshotId")
    if not isinstance(definition, dict) or not snapshot_id:
        raise ServiceError(400, "Configuration and SnapshotId are required.")
    if not (definition.get("script") or definition.get("command")):
        raise ServiceError(400, "The configuration has neither a script nor a command.")
    experiment = writer.experiment(call.history, call.path["experiment"])
    job = Job(call.query.get("runId") or f"{experiment.name}_{uuid4()}", definition, snapshot_id)
    run = execution.submit(call.history, experiment, job, runType="azureml.scriptrun",
                           parentRunId=call.fields.get("ParentRunId"))
    return {"runId": run.id}
