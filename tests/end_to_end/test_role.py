"""The role of the deployment allows exactly what the function asks of Azure."""
import json
from pathlib import Path

import pytest

from local_azure.commands.publishing import publish
from local_azure.scenarios.events import ended_events
from PipelineRunMonitor.settings import RUN_READERS

ROLE = json.loads((Path(__file__).parents[2] / "environment_setup" / "role.json").read_text())
MACHINE_LEARNING = "Microsoft.MachineLearningServices/workspaces"
# From the ends of routes to the action that a caller needs; None where every caller may ask.
ACTIONS = {
    "/discovery": None,
    "/metadata/endpoints": None,
    "/workspaces/{workspace_name}": f"{MACHINE_LEARNING}/read",
    "/experimentids/{experiment}": f"{MACHINE_LEARNING}/experiments/read",
    "/runs/{run_id}": f"{MACHINE_LEARNING}/experiments/runs/read",
    "/runs/{run_id}/details": f"{MACHINE_LEARNING}/experiments/runs/read",
    "/runs/{run_id}/lastvalues": f"{MACHINE_LEARNING}/experiments/runs/read",
    "/runs:query": f"{MACHINE_LEARNING}/experiments/runs/read",
    "/contentinfo/ExperimentRun/{container}/{folder}": f"{MACHINE_LEARNING}/metadata/artifacts/read",
}


@pytest.mark.parametrize("run_reader", RUN_READERS)
def test_role_lists_the_actions_behind_every_request_and_no_other(azure, sample_workspace, call_function):
    azure.restart_functions_host()  # so that it opens the workspace again
    event = ended_events(sample_workspace)[0]
    data = {name: value for name, value in event["data"].items() if name != "experimentName"}
    call_function([{**event, "id": "for its role", "data": data}])
    publish(azure.endpoints, ended_events(sample_workspace)[:5])
    assert azure.drained(30)
    asked = [route for route in azure.traffic.counts() if route.startswith(("machine_learning", "resource_manager"))]
    needed = {ACTIONS[max((end for end in ACTIONS if route.endswith(end)), key=len)] for route in asked}
    assert needed - {None} == set(ROLE["actions"])
    assert ROLE["dataActions"] == []
