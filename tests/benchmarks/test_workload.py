"""The workspace of the benchmark, and its events."""
from tests.benchmarks.workload import take


def parents(events):
    return [event["data"]["runTags"]["azureml.pipelinerunid"] for event in events]


def test_every_step_has_one_event_and_no_pipeline_has(small_workload):
    runs = {run.id: run for run in small_workload.workspace.runs}
    told = [event["data"]["runId"] for event in (*small_workload.unrelated, *small_workload.siblings)]
    assert sorted(told) == sorted(run_id for run_id, run in runs.items() if run.record["parentRunId"])
    assert (len(small_workload.unrelated), len(small_workload.siblings)) == (4 * 2, 2 * 3)


def test_unrelated_events_begin_with_one_of_each_pipeline(small_workload):
    assert len(set(parents(small_workload.unrelated[:4]))) == 4


def test_only_the_pipelines_of_siblings_still_run(small_workload):
    runs = {run.id: run for run in small_workload.workspace.runs}
    assert {runs[run_id].record["status"] for run_id in parents(small_workload.siblings)} == {"Running"}
    assert {runs[run_id].end_time for run_id in parents(small_workload.siblings)} == {None}
    assert {runs[run_id].record["status"] for run_id in parents(small_workload.unrelated)} == {"Completed"}


def test_events_taken_more_than_once_have_ids_of_their_own(small_workload):
    taken = take(small_workload.siblings, 8, "round")
    assert [event["id"] for event in taken] == [f"round {n}" for n in range(8)]
    assert taken[6]["data"] == small_workload.siblings[0]["data"]
