"""The settings of the functions that run notebooks."""
import pytest

from azure_access.errors import SettingsError
from azure_access.workspaces import WorkspaceId
from NotebookRuns.settings import Settings

WORKSPACE = {"SUBSCRIPTION_ID": "sub", "RESOURCE_GROUP": "group", "WORKSPACE_NAME": "ws"}
SET = {**WORKSPACE, "NOTEBOOK_QUEUE": "notebooks"}


def test_what_is_not_said_has_a_default():
    settings = Settings.from_environment(SET)
    assert settings.workspaces == (WorkspaceId("sub", "group", "ws"),)
    assert (settings.devops_hosts, settings.uses_task_token, settings.timeout_seconds) == (frozenset(), False, 240)


def test_everything_can_be_said():
    settings = Settings.from_environment({
        **SET, "NOTEBOOK_DEVOPS_HOSTS": "https://127.0.0.1:8080/, devops.example ,", "NOTEBOOK_DEVOPS_ACCESS": "Task",
        "NOTEBOOK_TIMEOUT_SECONDS": "2.5", "MONITORED_WORKSPACES": WorkspaceId("other", "group", "two").arm_id})
    assert [workspace.name for workspace in settings.workspaces] == ["ws", "two"]
    assert settings.devops_hosts == {"127.0.0.1:8080", "devops.example"}
    assert (settings.uses_task_token, settings.timeout_seconds) == (True, 2.5)


@pytest.mark.parametrize(("changes", "problem"), [
    ({"NOTEBOOK_QUEUE": " "}, "NOTEBOOK_QUEUE not set: put the name of the Service Bus queue there"),
    ({"WORKSPACE_NAME": ""}, "WORKSPACE_NAME not set"),
    ({"NOTEBOOK_DEVOPS_ACCESS": "mine"}, "NOTEBOOK_DEVOPS_ACCESS is 'mine': put one of identity, task there"),
    ({"NOTEBOOK_TIMEOUT_SECONDS": "300"}, "NOTEBOOK_TIMEOUT_SECONDS is '300': put a number of seconds from 1 to 270"),
    ({"NOTEBOOK_TIMEOUT_SECONDS": "soon"}, "NOTEBOOK_TIMEOUT_SECONDS is 'soon'")])
def test_what_is_wrong_is_named_with_its_cure(changes, problem):
    with pytest.raises(SettingsError, match=problem):
        Settings.from_environment({**SET, **changes})
