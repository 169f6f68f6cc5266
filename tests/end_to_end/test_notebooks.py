"""Notebooks of a repository run for a build: the message, real runs with papermill, what Azure DevOps is told."""
import json
from datetime import timedelta

import pytest

from local_azure.commands.publishing import publish
from local_azure.control.models import Fault
from tests.end_to_end.notebook_build import PROJECT, building

NOTEBOOKS = {"rp.notebooks": "reports/*.ipynb"}
RESULTS = "POST /{organization}/{project}/_apis/test/runs/{run_id:int}/results"


@pytest.fixture(scope="module")
def build(tmp_path_factory, sample_workspace, data_folder):
    repositories = {"notebooks": data_folder / "notebooks" / "repository"}
    with building(tmp_path_factory.mktemp("notebooks"), sample_workspace, repositories,
                  {"NOTEBOOK_DEVOPS_ACCESS": "task"}, subscription={"max_delivery_attempts": 1}) as build:
        yield build


@pytest.fixture(scope="module")
def plan(build):
    """A plan whose message came twice, whose task has ended, and all its events were delivered."""
    plan = build.start(**NOTEBOOKS)
    build.send(plan, **NOTEBOOKS)
    build.ended(plan)
    assert build.azure.drained(60)
    return plan


@pytest.fixture(scope="module")
def reported(build, plan):
    """By their names, of which each is there once."""
    found = build.azure.devops.runs.list_runs(PROJECT)
    assert len(found) == 2
    return {run.fields["name"]: run for run in found}


def test_the_task_fails_with_a_summary_that_tells_the_cell(build, plan):
    assert build.ended(plan) == "failed"
    assert build.log(plan).splitlines() == [
        "failed: reports/broken.ipynb (Failed; 1 of 3 cells passed)",
        "  Failed: Cell 2: raise ValueError('no rows'): ValueError: no rows",
        "succeeded: reports/sales.ipynb (Completed; 2 of 2 cells passed)", "1 of 2 notebooks succeeded"]
    assert {line.partition(",")[0] for line in plan.feed} == {
        "started: reports/sales.ipynb", "started: reports/broken.ipynb"}
    assert [event["result"] for event in plan.events] == ["failed"]


def test_each_notebook_is_a_run_whose_tags_tell_where_to_report(build, plan):
    runs = {run["tags"]["notebook_path"]: run for run in build.runs(plan)}
    assert {path: run["status"] for path, run in runs.items()} == {
        "reports/sales.ipynb": "Completed", "reports/broken.ipynb": "Failed"}
    assert {run["tags"]["notebook_open"] for run in runs.values()} == {"false"}
    assert plan.token not in json.dumps(runs)


def test_the_tasks_token_is_in_no_log_and_no_record(build, plan):
    assert plan.token not in build.azure.functions_log.read_text()
    assert plan.token not in json.dumps(build.azure.store.query("traces").rows, default=str)
    assert plan.token not in build.log(plan) + "".join(plan.feed)


def test_each_notebook_is_a_test_run_with_a_result_for_each_code_cell(reported):
    assert {name: run.fields["state"] for name, run in reported.items()} == {
        "reports/sales.ipynb": "Completed", "reports/broken.ipynb": "Completed"}
    results = list(reported["reports/broken.ipynb"].results.values())
    assert [result["outcome"] for result in results] == ["Passed", "Failed", "NotExecuted"]
    assert (results[1]["errorMessage"], results[1]["durationInMs"] > 0) == ("ValueError: no rows", True)
    assert "raise ValueError('no rows')" in results[1]["stackTrace"]


def test_the_executed_notebook_its_page_and_the_log_are_attached(reported):
    attached = {one.name: one.content for one in reported["reports/sales.ipynb"].attachments.values()}
    assert set(attached) == {"sales.output.ipynb", "sales.html", "std_log.txt"}
    executed = json.loads(attached["sales.output.ipynb"])
    assert executed["cells"][-1]["outputs"][0]["text"] == ["42\n"]
    assert b'<pre class="stdout">42' in attached["sales.html"] and b"Executing" in attached["std_log.txt"]


def test_a_run_is_recorded_by_the_monitor_as_any_other(build, plan):
    [(count,)] = build.azure.store.query(
        "traces | where customDimensions.experiment_name == 'notebooks' | summarize dcount(tostring("
        "customDimensions.run_id))").rows
    assert count == 2


def test_what_the_cells_came_to_is_recorded(build, plan):
    rows = build.azure.store.query(
        "traces | where customDimensions.type == 'notebook_result' | project tostring(customDimensions.notebook),"
        " tostring(customDimensions.result), tolong(customDimensions.passed_cell_count),"
        " tostring(customDimensions.failed_cell), tostring(customDimensions.workspace_name)").rows
    assert sorted(map(tuple, rows)) == [
        ("reports/broken.ipynb", "failed", 1, "Cell 2: raise ValueError('no rows')", "sample-ws"),
        ("reports/sales.ipynb", "passed", 2, "", "sample-ws")]


def test_events_that_come_again_tell_nothing_again(build, plan, reported):
    """All at once, to an app that remembers nothing."""
    build.azure.restart_functions_host(kill=True)
    publish(build.azure.endpoints, [{**event, "id": f"again {number}"} for number in range(3)
                                    for event in build.events(plan)])
    assert build.azure.drained(60)
    assert {name: (len(run.results), len(run.attachments)) for name, run in reported.items()} == {
        "reports/sales.ipynb": (2, 3), "reports/broken.ipynb": (3, 3)}
    assert len(plan.events) == 1 and len(plan.logs) == 1


def test_the_runs_of_a_task_that_was_cancelled_are_cancelled(build):
    plan = build.start(**{"rp.notebooks": "waits.ipynb"})
    build.wait_for(lambda: [run["status"] for run in build.runs(plan)] == ["Running"])
    plan.end("canceled")
    build.close_stale_plans()
    build.wait_for(lambda: [one.fields["state"] for one in build.azure.devops.runs.list_runs(PROJECT)
                            if one.fields["name"] == "slow/waits.ipynb"] == ["Aborted"])
    assert build.azure.drained(60)
    assert [run["status"] for run in build.runs(plan)] == ["Canceled"] and plan.events == []


def test_runs_of_whose_end_no_event_told_are_reported_by_the_clock(build):
    """Every delivery failed, and Event Grid has given up. One of them has lost its kernel."""
    build.azure.traffic.inject(Fault("devops", 503, times=1_000, route=RESULTS))
    plan = build.start(**{"rp.notebooks": "quick.ipynb,dies.ipynb"})
    build.wait_for(lambda: [bool(run["endTimeUtc"]) for run in build.runs(plan)] == [True, True])
    assert build.azure.drained(60)
    assert plan.events == []
    build.azure.traffic.reset()
    build.close_stale_plans()
    assert build.ended(plan) == "failed"
    assert build.log(plan).splitlines() == [
        "failed: slow/dies.ipynb (Failed; 0 of 2 cells passed)", "  Aborted: Cell 1: import os; os._exit(3)",
        "succeeded: slow/quick.ipynb (Completed; 1 of 1 cells passed)", "1 of 2 notebooks succeeded"]


def test_a_test_run_that_is_gone_fails_the_task_which_does_not_wait_for_it(build):
    build.azure.traffic.inject(Fault("devops", 404, route=RESULTS, body='{"message": "Test run 7 not found."}'))
    plan = build.start(**{"rp.notebooks": "quick.ipynb"})
    assert build.ended(plan) == "failed"
    assert "not reported: the results of test run" in build.log(plan)


def test_a_tasks_token_that_has_expired_fails_the_task_with_the_cure(build):
    plan = build.add_plan()
    plan.token_ends_at -= timedelta(hours=2)
    build.send(plan, **NOTEBOOKS)
    assert build.ended(plan) == "failed"
    assert "has to name the repository under uses.repositories" in build.log(plan)


def test_where_no_notebook_has_changed_the_task_succeeds_and_nothing_is_run(build):
    plan = build.start(**NOTEBOOKS, **{"rp.changedSince": "main"})
    assert build.ended(plan) == "succeeded"
    assert build.log(plan).splitlines() == ["no notebook has changed, so none is run"]
    assert build.runs(plan) == []


def test_a_version_to_compare_with_that_is_not_there_ends_the_task_with_its_name(build):
    plan = build.start(**NOTEBOOKS, **{"rp.changedSince": "nowhere"})
    assert build.ended(plan) == "failed"
    assert "nowhere" in build.log(plan)
