"""The workspaces that events name as their topic."""
import pytest

from local_azure.stories.workspaces import USUAL, workspace_of, workspaces_of

ARM_ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"


@pytest.mark.parametrize("event", [
    {"topic": ARM_ID}, {"source": ARM_ID}, {"topic": ARM_ID + "/"},
    {"topic": ARM_ID.replace("resourceGroups", "resourcegroups").replace("Machine", "machine")}])
def test_a_workspace_is_named_in_either_schema_and_any_case(event):
    assert workspace_of(event).arm_id == ARM_ID


@pytest.mark.parametrize("event", [
    {}, {"topic": None}, {"topic": 5}, {"topic": "/subscriptions/s"}, {"topic": ARM_ID + "/jobs/j"}, {"source": "me"}])
def test_another_topic_names_none(event):
    assert workspace_of(event) is None


def test_each_is_found_once_in_the_order_in_which_they_are_named():
    found = workspaces_of([{}, {"topic": ARM_ID}, {"topic": ARM_ID.upper()}, {"topic": ARM_ID + "2"}])
    assert [workspace.name for workspace in found] == ["W", "w2"]


def test_where_none_is_named_it_is_the_usual_one():
    assert workspaces_of([{}]) == [USUAL]
