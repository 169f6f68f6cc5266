"""The events that Azure Machine Learning publishes when runs end, in the Event Grid schema.

Event types and the fields of `data` are those of "Azure Machine Learning as an Event Grid source".
"""
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from local_azure.scenarios.identifiers import identifier
from local_azure.scenarios.models import Workspace
from local_azure.scenarios.times import iso

EVENT_DELAY = timedelta(seconds=1.378)


def ended_events(workspace: Workspace) -> list[dict[str, Any]]:
    """One event per ended run, in the order in which the runs ended.

    A completed run gives RunCompleted, any other end RunStatusChanged with `runStatus`. Ids are the same every time.
    """
    ended = sorted(((run.end_time, run.record) for run in workspace.runs if run.end_time), key=lambda found: found[0])
    names = {experiment.id: experiment.name for experiment in workspace.experiments}
    return [run_event(workspace.arm_id, names[record["experimentId"]], record, iso(time + EVENT_DELAY))
            for time, record in ended]


def published_at(events: Iterable[Mapping[str, Any]], time: datetime) -> list[dict[str, Any]]:
    """The events as if their runs had changed just then. What lies between an event and its record is the monitor's
    lag: of events that are as old as their runs it would be days."""
    return [{**event, "eventTime": iso(time)} for event in events]


def run_event(topic: str, experiment_name: str, record: Mapping[str, Any], time: str) -> dict[str, Any]:
    """The event of the run with this record, at that time; what the record lacks is null."""
    experiment_id, run_id, status = record.get("experimentId"), record["runId"], record.get("status")
    is_completed = status == "Completed"
    return {
        "id": identifier(run_id, "event"),
        "topic": topic,
        "subject": f"experiments/{experiment_id}/runs/{run_id}",
        "eventType": f"Microsoft.MachineLearningServices.{'RunCompleted' if is_completed else 'RunStatusChanged'}",
        "eventTime": time,
        "data": {
            "experimentId": experiment_id,
            "experimentName": experiment_name,
            "runId": run_id,
            "runType": record.get("runType"),
            "runTags": record.get("tags"),
            "runProperties": record.get("properties"),
            **({} if is_completed else {"runStatus": status})},
        "dataVersion": "",
        "metadataVersion": "1"}
