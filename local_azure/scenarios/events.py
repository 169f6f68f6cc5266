"""The events that Azure Machine Learning publishes when runs end, in the Event Grid schema.

Event types and the fields of `data` are those of "Azure Machine Learning as an Event Grid source".
"""
from datetime import timedelta

from local_azure.scenarios.identifiers import identifier
from local_azure.scenarios.models import Run, Workspace
from local_azure.scenarios.times import iso

EVENT_DELAY = timedelta(seconds=1.378)


def ended_events(workspace: Workspace) -> list[dict]:
    """One event per ended run, in the order in which the runs ended.

    A completed run gives RunCompleted, any other end RunStatusChanged with `runStatus`. Ids are the same every time.
    """
    ended = sorted((run for run in workspace.runs if run.end_time), key=lambda run: run.end_time)
    experiment_names = {experiment.id: experiment.name for experiment in workspace.experiments}
    return [_event(workspace, experiment_names[run.record["experimentId"]], run) for run in ended]


def _event(workspace: Workspace, experiment_name: str, run: Run) -> dict:
    experiment_id, status = run.record["experimentId"], run.record["status"]
    is_completed = status == "Completed"
    return {
        "id": identifier(run.id, "event"),
        "topic": workspace.arm_id,
        "subject": f"experiments/{experiment_id}/runs/{run.id}",
        "eventType": f"Microsoft.MachineLearningServices.{'RunCompleted' if is_completed else 'RunStatusChanged'}",
        "eventTime": iso(run.end_time + EVENT_DELAY),
        "data": {
            "experimentId": experiment_id,
            "experimentName": experiment_name,
            "runId": run.id,
            "runType": run.record["runType"],
            "runTags": run.record["tags"],
            "runProperties": run.record["properties"],
            **({} if is_completed else {"runStatus": status})},
        "dataVersion": "",
        "metadataVersion": "1"}
