"""What queries answer over runs as public reports show them, recorded in either version: the table of
tests/data/field_cases/README.md."""
from datetime import timedelta

import pytest

from tests.queries.conftest import Insights
from tests.queries.run_trees import FIELD_CASES, VERSIONS, field_case, records_of

CASES = sorted(file.stem for file in FIELD_CASES.glob("*.json"))
RUNNING = {"automl_v2_iteration": ["mllearn-bike-automl"], "failed_before_start": ["lemon_parrot_j6zfpdpxb6"]}
FAILED = {"experiment_with_slash": ["bright_nose_1a2b3c"], "stack_trace_in_error": ["ml1_1599945715_8211f6ca"],
          "script_parent_completed_children_failed": ["many-child-runs_1601770000_1a2b3c4d"]}
NODE_HOURS = {"hyperdrive_run": 0.967, "automl_step": 0.685, "canceled_v2_command": 10.78}


@pytest.fixture(scope="module", params=VERSIONS)
def cases(request):
    """A store for each case, and the time after its last record."""
    stores, ends = {}, {}
    for name in CASES:
        stores[name] = Insights()
        for time, dimensions in records_of(field_case(name), request.param):
            stores[name].send(time, dimensions)
            ends[name] = time + timedelta(hours=2)
    yield stores, ends
    for insights in stores.values():
        insights.store.close()


@pytest.mark.parametrize("name", CASES)
def test_in_progress_are_pipeline_runs_that_have_not_ended(cases, name):
    stores, ends = cases
    for query in ("running_runs", "stuck_runs"):
        known = RUNNING.get(name, []) if query == "running_runs" else []
        rows = stores[name].ask(query, at=ends[name], history=timedelta(days=90))
        assert [row["run_id"] for row in rows] == known
    [summary] = stores[name].ask("summary")
    assert summary["running"] == len(RUNNING.get(name, []))


@pytest.mark.parametrize("name", CASES)
def test_failed_are_pipeline_runs_that_nothing_mended(cases, name):
    stores, _ = cases
    rows = stores[name].ask("failed_pipeline_runs")
    assert [row["run_id"] for row in rows] == FAILED.get(name, [])


@pytest.mark.parametrize("name", NODE_HOURS)
def test_node_hours_are_those_of_machines(cases, name):
    stores, _ = cases
    rows = stores[name].ask("compute_hours")
    assert sum(row["node_hours"] for row in rows) == pytest.approx(NODE_HOURS[name], abs=0.005)


def test_a_script_that_started_failed_runs_says_which_failed_first(cases):
    stores, _ = cases
    [row] = stores["script_parent_completed_children_failed"].ask("failed_pipeline_runs")
    assert (row["failed_step_count"], row["failed_step_name"], row["run_status"]) == (2, "child 0", "Completed")
    assert row["error_message"] == row["error_summary"] != ""


def test_a_run_that_never_started_has_no_duration(cases):
    stores, _ = cases
    [row] = stores["failed_before_start"].ask("latest_runs")
    assert (row["duration_seconds"], row["start_time"], row["run_status"]) == (None, None, "Failed")
    assert row["error_code"]
