import pytest

from azure_access.answers import Fields
from azure_access.workspaces import WorkspaceId
from PipelineRunMonitor.runs.failed_steps import FailedRuns
from PipelineRunMonitor.runs.services import Services

SERVICES = Services(WorkspaceId("s", "g", "w"), "", "", "https://ml.azure.com/runs/{run_id}", None)


def run(run_id, parent="root", status="Failed", minute=0, node=None, **more):
    properties = {"azureml.nodeid": node} if node else {}
    return {"runId": run_id, "parentRunId": parent, "status": status, "createdUtc": f"2026-01-01T00:{minute:02}:00Z",
            "endTimeUtc": f"2026-01-01T01:{minute:02}:00Z", "properties": properties, **more}


def failed_of(*failed, others=(), root_completed=False):
    found = FailedRuns("root", [Fields(one) for one in failed])
    found.add([Fields(one) for one in others])
    return found.summarize(SERVICES.find_page, root_completed)


def test_first_to_fail_is_the_cause_and_all_are_counted():
    found = failed_of(run("b", minute=5), run("a", minute=1, name="Train", error={"error": {"code": "UserError"}}))
    assert (found.count, found.first.id, found.first.name) == (2, "a", "Train")
    assert found.error == {"error": {"code": "UserError"}}
    assert found.first.portal_url == "https://ml.azure.com/runs/a"


def test_run_that_another_explains_is_not_the_cause():
    found = failed_of(run("step", minute=1), run("trial", parent="step", minute=3))
    assert (found.count, found.first.id) == (2, "trial")


@pytest.mark.parametrize("others, absorbed", [
    ([], False), ([run("step", status="Completed")], True), ([run("step", status="Canceled")], False),
    ([run("step", "above", "Canceled"), run("above", status="Completed")], True)])
def test_completed_run_between_a_failure_and_the_root_absorbs_it(others, absorbed):
    assert (failed_of(run("trial", parent="step"), others=others) is None) == absorbed


@pytest.mark.parametrize("attempt, absorbed", [
    ({}, True), ({"status": "Canceled"}, False), ({"minute": 1}, False), ({"parent": "another pipeline"}, False),
    ({"node": "n2"}, False), ({"createdUtc": None}, True),
    ({"createdUtc": None, "startTimeUtc": "2026-01-01T00:01:00Z"}, False)])
def test_later_completed_attempt_of_the_same_node_absorbs_a_failure(attempt, absorbed):
    second = run(**{"run_id": "a2", "status": "Completed", "minute": 9, "node": "n1", **attempt})
    assert (failed_of(run("a1", minute=5, node="n1"), others=[second]) is None) == absorbed


def test_node_that_only_tags_name_is_one_as_well():
    tags = {"tags": {"AzureML.NodeId": "n1"}}
    assert failed_of(run("a1", **tags), others=[run("a2", status="Completed", minute=9, **tags)]) is None


def test_where_the_way_up_is_not_known_the_root_has_the_word():
    assert failed_of(run("trial", parent="unknown"), root_completed=True) is None
    assert failed_of(run("trial", parent="unknown"), root_completed=False).count == 1
    assert failed_of(run("step"), root_completed=True).count == 1  # a failed step of its own


@pytest.mark.parametrize("odd", [
    {"parentRunId": "trial"}, {"parentRunId": None}, {"parentRunId": ["root"]}, {"properties": "x", "tags": 5},
    {"createdUtc": "soon", "endTimeUtc": []}])
def test_odd_run_counts_like_any_other(odd):
    assert failed_of(run("trial", **odd)).count == 1


@pytest.mark.parametrize("odd", [{"runId": None}, {"runId": 5}, {"runId": "root"}])
def test_what_is_no_run_below_the_root_does_not_count(odd):
    assert failed_of({**run("x"), **odd}) is None


def test_step_around_a_run_without_a_name_gives_it_one():
    found = failed_of(run("trial", parent="step"), run("step", displayName="Tune"))
    assert (found.first.id, found.first.name) == ("trial", "Tune")
    assert failed_of(run("alone")).first.name == "alone"


def test_filter_asks_for_other_parents_and_for_attempts_of_the_nodes_and_for_nothing_else():
    found = FailedRuns("root", [Fields(one) for one in (
        run("a", node="n1"), run("b", parent="a"), run("c", parent="sweep"), run("d", parent="odd) or (x", node='"'))])
    assert found.find_terms() == ["RunId eq sweep", 'Properties/azureml.nodeid eq "n1"']


def test_filter_stays_short():
    found = FailedRuns("root", [Fields(run(f"r{n}", parent=f"p{n}", node=f"n{n}")) for n in range(100)])
    assert len(found.find_terms()) == 30
