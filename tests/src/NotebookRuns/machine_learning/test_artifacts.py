"""What one call alone does for a run."""
import uuid
from datetime import timedelta

import certifi
import pytest

from azure_access.connections.kept_connections import KeptConnections
from azure_access.deadline import Deadline
from azure_access.errors import InFlightError
from NotebookRuns.errors import RefusedError
from NotebookRuns.machine_learning.artifacts import CLAIM_LASTS, Artifacts
from NotebookRuns.transport import Request


@pytest.fixture
def run(workspace, deadline):
    """One of its own for each test."""
    workspace.history.create_experiment(deadline)
    run_id = f"run_{uuid.uuid4()}"
    workspace.history.tag(run_id, {"notebook_run": "true"}, deadline)
    return workspace.history.find(run_id, deadline)


def test_who_has_the_claim_is_the_only_one(workspace, run, deadline):
    with workspace.artifacts.claimed(run, "report", deadline):
        with pytest.raises(InFlightError, match="another call is at it"):
            workspace.artifacts.claimed(run, "report", deadline).__enter__()
        with workspace.artifacts.claimed(run, "close", deadline):
            pass
    with pytest.raises(InFlightError):
        workspace.artifacts.claimed(run, "report", deadline).__enter__()


def test_what_failed_may_be_tried_again_at_once(workspace, run, deadline):
    for _ in range(2):
        with pytest.raises(RefusedError), workspace.artifacts.claimed(run, "report", deadline):
            raise RefusedError("no")
    with workspace.artifacts.claimed(run, "report", deadline):
        pass


def test_the_claim_of_a_call_that_was_killed_is_free_after_a_time(workspace, run, deadline, service_clock):
    workspace.artifacts.claimed(run, "report", deadline).__enter__()
    service_clock.ahead = CLAIM_LASTS + timedelta(minutes=1)
    workspace.artifacts.check_free(run, "report", deadline)
    with workspace.artifacts.claimed(run, "report", deadline):
        with pytest.raises(InFlightError, match="another call is at it"):
            workspace.artifacts.check_free(run, "report", deadline)


@pytest.mark.parametrize("ahead", [timedelta(days=-2), timedelta(hours=-1), timedelta(hours=1), timedelta(days=2)])
def test_how_long_a_claim_lasts_is_not_for_the_clock_of_the_worker_to_say(workspace, run, deadline, service_clock,
                                                                          ahead):
    """It may be off: what it says is of no account."""
    service_clock.ahead = ahead
    workspace.artifacts.claimed(run, "report", deadline).__enter__()
    with pytest.raises(InFlightError):
        workspace.artifacts.claimed(run, "report", deadline).__enter__()
    service_clock.ahead += CLAIM_LASTS + timedelta(minutes=1)
    with workspace.artifacts.claimed(run, "report", deadline):
        pass


@pytest.mark.parametrize("ahead", [timedelta(days=-2), timedelta(days=2)])
def test_how_old_a_run_is_the_service_tells(workspace, deadline, service_clock, ahead):
    service_clock.ahead = ahead
    workspace.history.create_experiment(deadline)
    run_id, tags = f"run_{uuid.uuid4()}", {"notebook_open": uuid.uuid4().hex}
    workspace.history.tag(run_id, tags, deadline)
    service_clock.ahead += timedelta(hours=3)
    [listed] = workspace.history.list_with(tags, deadline)
    for run in (listed, workspace.history.find(run_id, deadline)):
        assert abs(run.age - timedelta(hours=3)) < timedelta(minutes=2)


def test_a_claim_whose_text_cannot_be_written_is_one_all_the_same(workspace, open_services, own, run):
    """Nobody else would get it for minutes."""
    deadline, nowhere = Deadline(60, sleep=lambda seconds: None), KeptConnections(1, authorities=certifi.where())
    with Artifacts(open_services(own, nowhere)).claimed(run, "report", deadline), pytest.raises(InFlightError):
        workspace.artifacts.check_free(run, "report", deadline)


def test_a_claim_is_found_among_more_files_than_a_page_has(workspace, open_services, own, run, deadline):
    open_services(own).ask(Request(
        "250 files", "POST", f"artifact/v2.0{{ws}}/artifacts/batch/metadata/ExperimentRun/{run.container}", {},
        {"paths": [{"path": f"logs/{number}.txt"} for number in range(250)]}), deadline)
    with pytest.raises(RefusedError), workspace.artifacts.claimed(run, "report", deadline):
        raise RefusedError("no")
    with workspace.artifacts.claimed(run, "report", deadline):
        pass


def test_a_file_that_is_not_there_or_too_large_is_told(workspace, run, deadline):
    assert workspace.artifacts.read(run, "outputs/none.ipynb", 10, deadline) is None
    with workspace.artifacts.claimed(run, "report", deadline):
        pass
    with pytest.raises(RefusedError, match="more than 10 bytes"):
        workspace.artifacts.read(run, "notebook_runs/report_1.txt", 10, deadline)
