"""Which run of a notebook an event tells of."""
import json

import pytest

from azure_access.workspaces import WorkspaceId
from NotebookRuns.events import ChangedRun, parse_events

WORKSPACE = WorkspaceId("sub", "group", "ws")
EVENT = {"topic": WORKSPACE.arm_id, "data": {"runId": "run", "runTags": {"notebook_run": "true"}}}
CLOUD_EVENT = {"source": WORKSPACE.arm_id, "data": EVENT["data"]}


@pytest.mark.parametrize("content", [EVENT, [EVENT], CLOUD_EVENT])
def test_either_schema_and_a_list_are_read(content):
    assert list(parse_events(json.dumps(content))) == [ChangedRun(WORKSPACE, "run")]


@pytest.mark.parametrize("content", [
    {**EVENT, "data": {"runId": "run", "runTags": {}}}, {**EVENT, "data": {"runTags": {"notebook_run": "true"}}},
    {**EVENT, "topic": "/elsewhere"}, {"data": None}, [None, 1, "text"], 7])
def test_what_is_no_event_of_a_notebooks_run_is_left_alone(content):
    assert list(parse_events(json.dumps(content))) == []


def test_what_is_no_json_is_left_alone():
    assert list(parse_events("{")) == []
