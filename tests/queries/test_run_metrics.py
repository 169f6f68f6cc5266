from datetime import datetime, timezone


def test_a_run_is_one_row_with_the_nineteen_metrics_and_its_times(insights, run_metrics):
    insights.record()
    assert run_metrics() == [{
        "compute_target_type": "AmlCompute", "execution_time_ms": 215239, "start_time_utc_ms": 1664992987340,
        "end_time_utc_ms": 1664993202580, "experimentName": "flight-delay", "pipelinerunid": "pipeline-1",
        "docker_image": "mcr.microsoft.com/azureml/base", "experimentId": "eea3758a", "resourceGroup": "sample",
        "subscriptions": "38e0c6f9", "amlWorkSpace": "sample-ws", "snapshot_id": "a50368b7",
        "step_type": "PythonScriptStep", "run_type": "azureml.StepRun", "node_id": "4a72cbf2", "run_id": "step-1",
        "target": "cpu-cluster", "script": "prep.py", "status": "Completed",
        "start_time_utc": datetime(2022, 10, 5, 18, 3, 7, 340_000, tzinfo=timezone.utc),
        "end_time_utc": datetime(2022, 10, 5, 18, 6, 42, 580_000, tzinfo=timezone.utc),
    }]


def test_no_records_are_no_rows(run_metrics):
    assert run_metrics() == []


def test_a_repeated_record_counts_once_and_the_latest_wins(insights, run_metrics):
    insights.record(minutes=5, status="Failed")
    insights.record(minutes=1, status="Running")
    assert [row["status"] for row in run_metrics()] == ["Failed"]


def test_pipeline_runs_and_steps_are_both_there(insights, run_metrics):
    insights.record(run_id="pipeline-1", step_id="pipeline-1", run_type="azureml.PipelineRun")
    insights.record()
    assert {row["run_type"] for row in run_metrics()} == {"azureml.PipelineRun", "azureml.StepRun"}


def test_runs_of_two_experiments_may_share_a_number(insights, run_metrics):
    insights.record(run_id="a", experimentName="alpha")
    insights.record(run_id="b", experimentName="beta")
    assert {row["experimentName"] for row in run_metrics()} == {"alpha", "beta"}


def test_runs_of_two_workspaces_may_share_an_id(insights, run_metrics):
    insights.record(amlWorkSpace="east")
    insights.record(amlWorkSpace="west")
    assert {row["amlWorkSpace"] for row in run_metrics()} == {"east", "west"}


def test_other_records_are_left_out(insights, run_metrics):
    insights.record(type="invalid_event")
    insights.record(run_id=None)
    assert run_metrics() == []


def test_the_run_that_ended_last_comes_first(insights, run_metrics):
    insights.record(run_id="early", end_time_utc_ms="1664990000000")
    insights.record(run_id="late", end_time_utc_ms="1664999000000")
    insights.record(run_id="middle", end_time_utc_ms="1664995000000")
    assert [row["run_id"] for row in run_metrics()] == ["late", "middle", "early"]


def test_what_a_run_does_not_have_is_empty(insights, run_metrics):
    insights.record(start_time_utc_ms=None, end_time_utc_ms=None, execution_time_ms=None, script=None)
    [row] = run_metrics()
    assert (row["start_time_utc"], row["end_time_utc"], row["execution_time_ms"]) == (None, None, None)
    assert row["script"] == ""
