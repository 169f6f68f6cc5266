"""The workspaces that the settings name: every error is tested with the monitor's settings."""
from azure_access.workspace_settings import read_workspaces
from azure_access.workspaces import WorkspaceId

OWN, OTHER = WorkspaceId("sub", "group", "ws"), WorkspaceId("other", "group", "two")


def test_the_own_workspace_is_the_first():
    names = {"SUBSCRIPTION_ID": "sub", "AML_RESOURCE_GROUP": "group", "WORKSPACE_NAME": "ws"}
    assert read_workspaces({**names, "MONITORED_WORKSPACES": f" {OTHER.arm_id},"}) == (OWN, OTHER)
    assert read_workspaces({"MONITORED_WORKSPACES": OTHER.arm_id}) == (OTHER,)
