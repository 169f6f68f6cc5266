"""What holds for the sample workspace as a whole."""
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies

from local_azure.scenarios.loading import UnknownScenarioError, load
from local_azure.scenarios.times import iso

TIMES = ("createdUtc", "startTimeUtc", "endTimeUtc")
PREPARE_DATA_ID = "73947786-1972-4aa0-9464-3864ed95284a"


def times_of(run):
    return [run.record[name] for name in TIMES if run.record[name]]


def parents_of(workspace):
    by_id = {run.id: run for run in workspace.runs}
    return [(run, by_id[run.record["parentRunId"]]) for run in workspace.runs if run.record["parentRunId"]]


def with_status(workspace, status):
    return [run for run in workspace.runs if run.record["status"] == status]


def descendants_of(workspace):
    """Every run below a root, with that root."""
    by_id = {run.id: run for run in workspace.runs}
    return [(run, by_id[run.record["rootRunId"]]) for run in workspace.runs if run.record["parentRunId"]]


def test_there_are_about_two_hundred_runs_in_ten_experiments(workspace):
    assert 180 <= len(workspace.runs) <= 220
    assert {experiment.name for experiment in workspace.experiments} == {
        "flight-delay", "churn-training", "churn-exploration", "demand-forecast", "image-classification",
        "fraud-scoring", "price-sync", "speech-pretraining", "energy-forecast", "credit-risk"}


def test_run_ids_are_unique(workspace):
    assert len({run.id for run in workspace.runs}) == len(workspace.runs)


def test_ids_and_durations_are_the_same_whenever_the_workspace_is_loaded(workspace):
    def fingerprint(loaded):
        return [(run.id, run.record["name"], [time[11:] for time in times_of(run)]) for run in loaded.runs]
    assert fingerprint(load(datetime(2031, 7, 7, tzinfo=UTC))) == fingerprint(workspace)


def test_parents_are_there_and_belong_to_the_same_experiment(workspace):
    for run, parent in parents_of(workspace):
        assert run.record["rootRunId"] == parent.record["rootRunId"]
        assert run.record["experimentId"] == parent.record["experimentId"]


def test_roots_are_there_and_have_no_parent(workspace):
    for _, root in descendants_of(workspace):
        assert (root.record["rootRunId"], root.record["parentRunId"]) == (root.id, None)


def test_runs_run_within_their_parent(workspace):
    for run, parent in parents_of(workspace):
        assert parent.record["startTimeUtc"] < run.record["createdUtc"]
        if parent.end_time:
            assert run.end_time < parent.end_time


def test_times_of_a_run_are_in_order(workspace):
    for run in workspace.runs:
        assert times_of(run) == sorted(times_of(run))


def test_record_and_details_agree(workspace):
    for run in workspace.runs:
        for field in ("runId", "status", "startTimeUtc", "endTimeUtc", "properties"):
            assert run.record[field] == run.details.get(field)


def test_experiments_number_their_runs_from_one(workspace):
    for experiment in workspace.experiments:
        numbers = [run.record["runNumber"] for run in workspace.runs if run.record["experimentId"] == experiment.id]
        assert numbers == list(range(1, len(numbers) + 1))


@settings(max_examples=15, deadline=None)
@given(strategies.datetimes(datetime(2022, 11, 1), datetime(2040, 1, 1)))
def test_last_run_ended_within_a_day_and_nothing_lies_in_the_future(now):
    now = now.replace(tzinfo=UTC)
    loaded = load(now, ["flight_delay", "demand_forecast", "speech_pretraining"])
    last = max(run.end_time for run in loaded.runs if run.end_time)
    assert now - timedelta(days=1, seconds=2) < last < now
    assert all(time < iso(now) for run in loaded.runs for time in times_of(run))


def test_all_scenarios_move_by_the_same_days(workspace):
    """The flight delay run and two others are declared for one and the same day."""
    dates = {run.record["createdUtc"][:10] for run in workspace.runs if run.record["createdUtc"].endswith((
        "T18:02:58.412906Z", "T01:00:04.506177Z", "T04:30:04.687302Z"))}
    assert len(dates) == 1


def test_unknown_scenario_is_named_with_those_there_are():
    with pytest.raises(UnknownScenarioError, match="'weather'; there are .*flight_delay"):
        load(datetime.now(UTC), ["weather"])


def test_prepare_data_is_the_real_run(workspace):
    run = next(run for run in workspace.runs if run.id == PREPARE_DATA_ID)
    started, ended = (datetime.fromisoformat(run.details[name]) for name in ("startTimeUtc", "endTimeUtc"))
    assert ended - started == timedelta(seconds=215, microseconds=239_762)
    assert run.details["runDefinition"]["environment"]["name"] == "pipeline_env"


def test_runs_end_in_every_way(workspace):
    assert {run.record["status"] for run in workspace.runs if run.end_time} == {
        "Completed", "Failed", "Canceled", "NotResponding"}


def test_some_pipeline_runs_are_still_running_and_so_is_one_step_of_each(workspace):
    running = {run.id for run in workspace.runs if not run.end_time and not run.record["parentRunId"]}
    assert len(running) == 2
    assert [run.record["parentRunId"] in running for run, _ in parents_of(workspace) if not run.end_time] == [True] * 2


def test_failed_runs_say_why(workspace):
    assert all(run.details["error"]["error"]["message"] for run in with_status(workspace, "Failed"))


def test_some_pipeline_run_completed_although_a_step_failed_for_good(workspace):
    names = {run.record["name"] for run, parent in parents_of(workspace)
             if run.record["status"] == "Failed" and parent.record["status"] == "Completed"}
    assert "Publish Report" in names


def test_one_error_ended_several_runs(workspace):
    messages = Counter(run.details["error"]["error"]["message"] for run, _ in parents_of(workspace)
                       if run.record["status"] == "Failed")
    assert max(messages.values()) > 1
    assert len([message for message in messages if "gave no answer within" in message]) == 3


def test_some_step_never_started_and_some_has_no_run_type(workspace):
    assert any(run.record["startTimeUtc"] is None for run in with_status(workspace, "Canceled"))
    assert any(run.record["runType"] is None for run in workspace.runs)


def test_there_are_steps_of_several_types_and_submitters(workspace):
    steps = Counter(run.record["properties"].get("StepType") or run.record["properties"].get("stepType")
                    for run, _ in parents_of(workspace))
    assert set(steps) == {"PythonScriptStep", "ParallelRunStep", "DatabricksStep", "MpiStep", "HyperDriveStep",
                          "AutoMLStep", None}  # what is below a step is none
    assert len({run.record["createdBy"]["userName"] for run in workspace.runs}) >= 4


def test_there_are_sweeps_and_automl_inside_pipelines_and_a_sweep_of_its_own(workspace):
    sweeps = {run.id: run for run in workspace.runs if run.record["runType"] == "hyperdrive"}
    assert {sweep.record["parentRunId"] is None for sweep in sweeps.values()} == {True, False}
    trials = Counter(run.record["parentRunId"] for run in workspace.runs if run.record["parentRunId"] in sweeps)
    assert set(trials) == set(sweeps) and min(trials.values()) > 1
    templates = {run.record["properties"].get("runTemplate") for run in workspace.runs}
    assert {"AutoML", "automl_child", "HyperDrive"} <= templates


def test_some_failure_is_absorbed_by_the_run_around_it_and_some_by_a_later_attempt(workspace):
    parents = {run.id: parent for run, parent in parents_of(workspace)}
    failed = [run for run in workspace.runs if run.record["status"] in ("Failed", "NotResponding")]
    assert any(run.id in parents and parents[run.id].record["properties"].get("runTemplate") == "AutoML"
               and parents[run.id].record["status"] == "Completed" for run in failed)
    attempts = {}
    for run, parent in parents_of(workspace):
        node = (parent.id, run.record["properties"].get("azureml.nodeid"))
        attempts.setdefault(node, []).append(run.record["status"])
    assert ["NotResponding", "Completed"] in attempts.values() and ["Failed", "Completed"] in attempts.values()


def test_some_pipeline_runs_inside_another(workspace):
    inner = [(run, root) for run, root in descendants_of(workspace) if run.record["runType"] == "azureml.PipelineRun"]
    assert {(run.record["status"], root.record["status"]) for run, root in inner} == {
        ("Completed", "Completed"), ("Failed", "Failed")}
    assert all(any(each.record["parentRunId"] == run.id for each in workspace.runs) for run, _ in inner)


def test_jobs_of_sdk_v2_have_a_command_and_a_display_name_alone(workspace):
    jobs = [run for run in workspace.runs if run.details.get("runDefinition", {}).get("command")]
    assert {run.record["name"] for run in jobs} == {None}
    assert {"score-backtest", "train_scorecard"} <= {run.record["displayName"] for run in jobs}
    assert {bool(run.details["compute"]["vmSize"]) for run in jobs} == {True, False}  # of a cluster, and serverless
