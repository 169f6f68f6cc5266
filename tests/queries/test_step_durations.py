def test_a_step_is_one_row_with_its_names_numbers_and_duration(insights, step_durations):
    insights.record()
    assert step_durations() == [{
        "workspace_name": "sample-ws", "experiment_name": "flight-delay", "parent_run_number": 9, "run_number": 10,
        "step_name": "Prepare Data", "run_status": "Completed", "duration_seconds": 215.239,
        "parent_run_id": "pipeline-1", "run_id": "step-1",
    }]


def test_no_records_are_no_rows(step_durations):
    assert step_durations() == []


def test_a_repeated_record_counts_once_and_the_latest_wins(insights, step_durations):
    insights.record(minutes=5, run_status="Failed", execution_time_ms="3000")
    insights.record(minutes=1, run_status="Running", execution_time_ms="1000")
    insights.record(minutes=5, run_status="Failed", execution_time_ms="3000")
    assert [(row["run_status"], row["duration_seconds"]) for row in step_durations()] == [("Failed", 3.0)]


def test_runs_of_two_experiments_may_share_a_number(insights, step_durations):
    insights.record(step_id="step-a", experiment_name="alpha")
    insights.record(step_id="step-b", experiment_name="beta")
    assert [(row["experiment_name"], row["run_number"]) for row in step_durations()] == [("alpha", 10), ("beta", 10)]


def test_runs_of_two_workspaces_may_share_an_id(insights, step_durations):
    insights.record(workspace_name="east")
    insights.record(workspace_name="west")
    assert [row["workspace_name"] for row in step_durations()] == ["east", "west"]


def test_pipeline_runs_and_other_records_are_left_out(insights, step_durations):
    insights.record(step_id="pipeline-1", parent_run_id="pipeline-1")
    insights.record(step_id="alone", parent_run_id=None)
    insights.record(type="invalid_event")
    assert step_durations() == []


def test_experiment_and_workspace_filter_the_rows(insights, step_durations):
    for run_id, experiment, workspace in (("1", "alpha", "east"), ("2", "alpha", "west"), ("3", "beta", "east")):
        insights.record(step_id=run_id, experiment_name=experiment, workspace_name=workspace)
    assert [row["run_id"] for row in step_durations(experiment="alpha")] == ["1", "2"]
    assert [row["run_id"] for row in step_durations(workspace="east")] == ["1", "3"]
    assert [row["run_id"] for row in step_durations(experiment="alpha", workspace="west")] == ["2"]
    assert step_durations(experiment="gamma") == []


def test_rows_are_sorted_by_experiment_then_numbers_as_numbers_then_start(insights, step_durations):
    insights.record(step_id="4", experiment_name="beta", parent_run_number="1")
    insights.record(step_id="3", experiment_name="alpha", parent_run_number="10", start_time_utc_ms="5")
    insights.record(step_id="2", experiment_name="alpha", parent_run_number="9", start_time_utc_ms="30")
    insights.record(step_id="1", experiment_name="alpha", parent_run_number="9", start_time_utc_ms="4")
    assert [row["run_id"] for row in step_durations()] == ["1", "2", "3", "4"]


def test_a_shortened_message_does_not_cost_the_duration(insights, step_durations):
    insights.record(message='{"_omitted": ["runDefinition"]}')
    assert [row["duration_seconds"] for row in step_durations()] == [215.239]


def test_a_step_that_never_started_has_no_duration(insights, step_durations):
    insights.record(run_status="Canceled", execution_time_ms=None, start_time_utc_ms=None)
    assert [(row["run_status"], row["duration_seconds"]) for row in step_durations()] == [("Canceled", None)]
