"""Reads the sample workspace with the real azureml-core and azure-identity, and prints what it saw as JSON.

Runs in a process of its own, because azureml-core reads where its cloud is from the environment when it is imported.
Usage: sdk_client.py SUBSCRIPTION RESOURCE_GROUP WORKSPACE STEP_RUN_ID
"""
import json
import sys

from azure.identity import ManagedIdentityCredential
from azureml.core import Run, Workspace
from azureml.core.authentication import TokenAuthentication


def main(subscription_id: str, resource_group: str, name: str, step_run_id: str) -> dict:
    credential = ManagedIdentityCredential()
    authentication = TokenAuthentication(lambda audience: credential.get_token(f"{audience}/.default").token)
    workspace = Workspace(subscription_id, resource_group, name, auth=authentication)
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
        "unknown_workspace": message_of(
            lambda: Workspace(subscription_id, resource_group, "other-ws", auth=authentication))}


def message_of(call) -> str:
    try:
        call()
    except Exception as error:
        return str(error)
    raise AssertionError("no error")


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:]), default=str))
