"""What is asked of a workspace before, and while, a notebook's run is started."""
import uuid
from dataclasses import replace

import pytest

from NotebookRuns.errors import InvalidMessageError, NotThereError, RefusedError
from NotebookRuns.runs.snapshots import Snapshot

SNAPSHOT = Snapshot({"run.py": b"print('done')", "data/a b.csv": b"1"})
CONFIGURATION = {"script": "run.py", "arguments": [], "target": "cpu-cluster"}


def test_a_run_is_submitted_once_however_often(workspace, azure, deadline):
    workspace.history.create_experiment(deadline)
    workspace.history.create_experiment(deadline)
    snapshot_id = workspace.submissions.send(SNAPSHOT, deadline)
    for _ in range(2):
        workspace.submissions.submit("submitted", CONFIGURATION, snapshot_id, deadline)
    workspace.history.tag("submitted", {"notebook_open": "true", "other": "a"}, deadline)
    [run] = workspace.history.list_with({"notebook_open": "true", "other": "a"}, deadline)
    assert (run.id, run.container) == ("submitted", "dcid.submitted")
    assert list(workspace.history.list_with({"notebook_open": "false"}, deadline)) == []


def test_what_is_not_there_is_told_with_what_to_do(workspace, open_workspaces, own, deadline):
    assert workspace.history.find("none", deadline) is None
    with pytest.raises(NotThereError, match="the workspace living-ws has no compute target gpu: mend ex.compute"):
        workspace.submissions.check_compute("gpu", deadline)
    other = open_workspaces(replace(own, name="other")).find(None)
    with pytest.raises(RefusedError, match="Resource Manager knows no workspace other in the resource group living"):
        other.submissions.check_compute("gpu", deadline)


def test_another_workspace_than_those_of_the_app_is_not_taken(open_workspaces, own):
    workspaces = open_workspaces(own, replace(own, name="second"))
    assert workspaces.find(replace(own, name="SECOND")).id.name == "second"
    with pytest.raises(InvalidMessageError, match="the workspace third is none of those of the Function App"):
        workspaces.find(replace(own, name="third"))


@pytest.fixture
def submitted(workspace, deadline):
    """A run that waits for its node."""
    workspace.history.create_experiment(deadline)
    run_id = f"cancelled_{uuid.uuid4()}"
    workspace.submissions.submit(run_id, CONFIGURATION, workspace.submissions.send(SNAPSHOT, deadline), deadline)
    return workspace.history.find(run_id, deadline)


@pytest.mark.parametrize("change", [{}, {"cancel_url": None}, {"cancel_url": "https://127.0.0.1:1/elsewhere"},
                                    {"cancel_url": "{url}/../../other/cancel"}, {"cancel_url": "{url}/gone/cancel"},
                                    {"cancel_url": "https://[x"}])
def test_a_run_is_cancelled_where_it_says_or_else_at_the_run_history(workspace, submitted, deadline, change):
    """And never at another place than the workspace's own."""
    changes = {name: url and url.format(url=submitted.cancel_url) for name, url in change.items()}
    workspace.history.cancel(replace(submitted, **changes), deadline)
    workspace.history.cancel(submitted, deadline)
    assert workspace.history.find(submitted.id, deadline).status in ("CancelRequested", "Canceled")
