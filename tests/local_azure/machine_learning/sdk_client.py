"""Reads the sample workspace with the real azureml-core and azure-identity, and prints what it saw as JSON.

Usage: sdk_client.py STEP_RUN_ID
"""
import json
import sys

from azureml.core import Run
from sdk_workspace import message_of, open_workspace


def main(step_run_id: str) -> dict:
    workspace = open_workspace()
    step = Run.get(workspace, step_run_id)
    pipeline = step.parent
    return {
        "workspace": [workspace.name, workspace.location],
        "step": [step.id, step.name, step.number, step.status, step.experiment.name],
        "parent": [pipeline.id, pipeline.name, pipeline.status],
        "portal_url": pipeline.get_portal_url(),
        "pipeline_details": pipeline.get_details(),
        "step_details": step.get_details(),
        "children": [child.name for child in pipeline.get_children()],
        "filtered": [child.name for child in pipeline.get_children(
            recursive=True, status="Completed", properties={"azureml.moduleName": step.name})],
        "unknown_run": message_of(lambda: Run.get(workspace, "unheard-of")),
        "unknown_workspace": message_of(lambda: open_workspace("other-ws"))}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:]), default=str))
