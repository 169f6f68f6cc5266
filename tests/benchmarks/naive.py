"""The function as one writes it first: for every event a Workspace, an identity and a log handler, and every property
asked of the SDK. It is what the benchmark compares the real one with.

Each event has a logger of its own, and its handler is closed, which sends what it holds. With one logger for all,
events that overlap would record each other; without the close, a record waits in memory after the function succeeded.
"""
import json
import logging
import os

from azureml.core import Run, Workspace
from azureml.core.authentication import MsiAuthentication
from opencensus.ext.azure.log_exporter import AzureLogHandler


def main(event: str) -> None:
    """Records the run of one event in the Event Grid schema."""
    workspace = Workspace(
        os.environ["SUBSCRIPTION_ID"], os.environ["RESOURCE_GROUP"], os.environ["WORKSPACE_NAME"],
        auth=MsiAuthentication())
    run = Run.get(workspace, json.loads(event)["data"]["runId"])
    handler = AzureLogHandler(connection_string=os.environ["APP_INSIGHTS_CONNECTION_STRING"])
    logger = logging.Logger(__name__, logging.INFO)
    logger.addHandler(handler)
    logger.info(json.dumps(run.get_details(), default=str), extra={"custom_dimensions": _dimensions(run)})
    handler.close()


def _dimensions(run: Run) -> dict:
    parent = run.parent or run
    return {
        "type": "run_detail",
        "workspace_name": run.experiment.workspace.name,
        "experiment_name": run.experiment.name,
        "step_id": run.id,
        "step_name": run.name,
        "run_number": run.number,
        "run_status": run.status,
        "parent_run_id": parent.id,
        "parent_run_name": parent.name,
        "parent_run_number": parent.number,
        "parent_run_status": parent.status,
        "run_url": parent.get_portal_url()}
