from datetime import datetime

import pytest

from local_azure.scenarios.expansion import Expansion

STEP = {"type": "PythonScriptStep", "compute": "cpu", "script": "run.py", "arguments": [],
        "queue_seconds": 60, "duration_seconds": 600}
ERROR = {"code": "UserError", "inner": "ExecutionFailed", "component": "test", "message": "It broke."}


def expand(steps, *occurrences, **pipeline):
    """The runs of a pipeline with steps of these names, or with these declarations of steps."""
    declared = [STEP | ({"name": step} if isinstance(step, str) else step) for step in steps]
    return Expansion({
        "experiment": {"name": "test", "created": "2022-10-01T00:00:00Z"},
        "computes": {"cpu": {"type": "AmlCompute", "vm_size": "STANDARD_D2_V2", "environment": "e", "image": "i"}},
        "pipelines": {"p": {"submitted_by": "Ada", "properties": {"runSource": "SDK"}, "steps": declared, **pipeline}},
        "script_runs": {"s": {**STEP, "submitted_by": "Ada"}},
        "occurrences": occurrences or [occurrence()]}).runs()


def occurrence(hour=1, **changes):
    return {"pipeline": "p", "created": f"2022-10-05T{hour:02}:00:00.000000Z", "changes": changes}


def named(runs, name):
    return [run for run in runs if run.record["name"] == name]


def seconds_between(earlier, later):
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def test_steps_follow_one_another():
    _, first, second = expand(["first", "second"])
    assert first.record["endTimeUtc"] < second.record["createdUtc"] < second.record["startTimeUtc"]


def test_steps_that_wait_for_the_same_step_run_side_by_side():
    runs = expand(["first", {"name": "left", "after": ["first"]}, {"name": "right", "after": ["first"]}])
    assert named(runs, "left")[0].record["createdUtc"] == named(runs, "right")[0].record["createdUtc"]


def test_queue_time_and_duration_are_about_as_declared():
    record = named(expand(["only"]), "only")[0].record
    assert seconds_between(record["createdUtc"], record["startTimeUtc"]) == pytest.approx(60, rel=0.08)
    assert seconds_between(record["startTimeUtc"], record["endTimeUtc"]) == pytest.approx(600, rel=0.08)


def test_a_step_that_completed_has_its_metrics_about_as_declared():
    measured = {"name": "first", "metrics": {"auc": 0.9}}
    [first] = named(expand([measured]), "first")
    assert first.metrics == {"auc": pytest.approx(0.9, rel=0.01)}
    assert named(expand([measured], occurrence(first={"metrics": {"auc": 0.6}})), "first")[0].metrics["auc"] < 0.7
    assert named(expand([measured], occurrence(first={"status": "Failed", "error": ERROR})), "first")[0].metrics == {}


def test_nothing_follows_a_failed_step():
    runs = expand(["first", "second"], occurrence(first={"status": "Failed", "error": ERROR}))
    assert [run.record["name"] for run in runs] == ["p", "first"]
    assert runs[1].details["error"]["error"]["message"] == "It broke."


def test_failed_pipeline_run_has_a_general_error():
    runs = expand(["first"], {**occurrence(first={"status": "Failed", "error": ERROR}), "status": "Failed"})
    assert runs[0].record["error"]["error"]["message"].startswith("Pipeline has failed child jobs.")


def test_list_of_changes_is_a_list_of_attempts_on_one_node():
    runs = expand(["first", "second"], occurrence(first=[{"status": "Failed", "error": ERROR}, {}]))
    failed, completed = named(runs, "first")
    assert failed.id != completed.id
    assert failed.record["properties"]["azureml.nodeid"] == completed.record["properties"]["azureml.nodeid"]
    assert failed.record["endTimeUtc"] < completed.record["createdUtc"]
    assert named(runs, "second")


def test_reused_step_names_the_run_that_did_the_work_and_has_its_output():
    reuse = {"first": {"reused": True}}
    runs = expand([{"name": "first", "outputs": ["data"]}], occurrence(1), occurrence(2, **reuse),
                  occurrence(3, **reuse))
    original, _, last = named(runs, "first")
    assert last.record["properties"]["azureml.isreused"] == "true"
    assert last.record["properties"]["azureml.reusedrunid"] == original.id
    assert last.record["properties"]["azureml.reusedpipelinerunid"] == original.record["parentRunId"]
    assert last.details["outputDatasets"] == original.details["outputDatasets"] != []
    assert seconds_between(last.record["startTimeUtc"], last.record["endTimeUtc"]) < 5


def test_step_reads_what_the_step_before_it_wrote():
    runs = expand([{"name": "first", "outputs": ["data"]}, "second"])
    written, read = named(runs, "first")[0].details["outputDatasets"], named(runs, "second")[0].details["inputDatasets"]
    assert [each["identifier"] for each in read] == [each["identifier"] for each in written] != []


def test_step_that_never_started_has_an_end_but_no_start():
    step = named(expand(["first"], occurrence(first={"status": "Canceled", "never_started": True})), "first")[0]
    assert "startTimeUtc" not in step.details
    assert step.details["endTimeUtc"]


def test_running_step_has_a_start_but_no_end_and_nothing_follows_it():
    runs = expand(["first", "second", "third"], {**occurrence(second={"status": "Running"}), "status": "Running"})
    assert [run.record["name"] for run in runs] == ["p", "first", "second"]
    pipeline, first, second = runs
    assert (pipeline.end_time, second.end_time) == (None, None)
    assert "endTimeUtc" not in second.details
    assert first.record["endTimeUtc"] < second.record["startTimeUtc"]


def test_runs_are_numbered_in_the_order_of_creation():
    runs = expand(["first", "second"], occurrence(1), occurrence(2))
    assert [run.record["runNumber"] for run in runs] == [1, 2, 3, 4, 5, 6]
    assert [run.record["name"] for run in runs] == ["p", "first", "second"] * 2


def test_designer_writes_property_names_in_camel_case():
    properties = named(expand(["first"], properties={"runSource": "Designer"}), "first")[0].record["properties"]
    assert properties["stepType"] == "PythonScriptStep"
    assert "StepType" not in properties


def test_script_run_has_no_parent_and_no_guid():
    run, = expand([], {"script_run": "s", "created": "2022-10-05T01:00:00.000000Z"})
    assert run.record["parentRunId"] is None
    assert run.id.startswith("test_1664931600_")
    assert run.record["rootRunId"] == run.id


def test_declared_details_are_kept_whole():
    details = {"runId": "real-run", "status": "Completed", "startTimeUtc": "2022-10-05T01:00:09.5Z",
               "endTimeUtc": "2022-10-05T01:04:00.25Z", "outputDatasets": [], "services": {},
               "properties": dict.fromkeys(["azureml.nodeid", "azureml.pipeline", "azureml.pipelinerunid"], "x")}
    runs = expand(["first", "second"], occurrence(first={"details": details}))
    first, second = named(runs, "first")[0], named(runs, "second")[0]
    assert first.details == details
    assert first.record["endTimeUtc"] == details["endTimeUtc"] < second.record["createdUtc"]


TRIALS = {"script": "train.py", "arguments": [], "queue_seconds": 30, "concurrent": 2}
SWEEP = {"name": "tune", "sweep": {**TRIALS, "metric": "AUC", "trials": [
    {"duration_seconds": 300, "status": "Failed", "error": ERROR}, {"duration_seconds": 600},
    {"duration_seconds": 60}]}}
AUTOML = {"name": "find", "automl": {**TRIALS, "metric": "AUC", "setup_seconds": 90, "iterations": [
    {"algorithm": "LightGBM", "duration_seconds": 200}, {"algorithm": "VotingEnsemble", "duration_seconds": 100}]}}
COMPONENT = {"name": "train_sub", "component": "inner"}
INNER = {"steps": [STEP | {"name": "fit"}, STEP | {"name": "score"}]}


def expand_all(scenario):
    return Expansion({"experiment": {"name": "test", "created": "2022-10-01T00:00:00Z"}, "computes": {
        "cpu": {"type": "AmlCompute", "vm_size": "STANDARD_D2_V2", "environment": "e", "image": "i", "node_count": 4},
        "serverless": {"type": "Serverless", "vm_size": "Standard_D4s_v3", "environment": "e", "image": "i"}},
        **scenario}).runs()


def nested(**changes):
    outer = {"submitted_by": "Ada", "properties": {"runSource": "SDK"}, "steps": [COMPONENT, STEP | {"name": "last"}]}
    return expand_all({"pipelines": {"p": outer, "inner": INNER}, "occurrences": [{**occurrence(), **changes}]})


def below(runs, run):
    return [each for each in runs if each.record["parentRunId"] == run.id]


def test_sweep_step_has_a_sweep_below_it_and_below_that_its_trials():
    runs = expand([SWEEP, "after it"])
    root, [step] = runs[0], named(runs, "tune")
    [sweep] = below(runs, step)
    trials = below(runs, sweep)
    assert (sweep.record["runType"], sweep.id[:3], sweep.record["properties"]["azureml.runsource"]) == (
        "hyperdrive", "HD_", "hyperdrive")
    assert [trial.id for trial in trials] == [f"{sweep.id}_{number}" for number in range(3)]
    assert [trial.record["status"] for trial in trials] == ["Failed", "Completed", "Completed"]
    assert sweep.record["properties"]["best_child_run_id"] == trials[1].id
    assert {run.record["rootRunId"] for run in (step, sweep, *trials)} == {root.id}
    assert (step.record["status"], sweep.record["status"]) == ("Completed", "Completed")


def test_step_with_runs_below_it_begins_before_them_and_ends_after_them():
    for declared in (SWEEP, AUTOML):
        runs = expand([declared, "next"])
        [step], [following] = named(runs, declared["name"]), named(runs, "next")
        inside = [run for run in runs if run.record["parentRunId"] not in (None, runs[0].id)]
        assert step.record["startTimeUtc"] < min(run.record["createdUtc"] for run in inside)
        assert max(run.record["endTimeUtc"] for run in inside) < step.record["endTimeUtc"]
        assert step.record["endTimeUtc"] < following.record["createdUtc"]


def test_as_many_trials_run_side_by_side_as_may():
    runs = expand([SWEEP])
    first, second, third = (run for run in runs if run.id[-2:] in ("_0", "_1", "_2"))
    assert first.record["createdUtc"] == second.record["createdUtc"]
    assert first.record["endTimeUtc"] < third.record["createdUtc"] < second.record["endTimeUtc"]


def test_automl_step_has_its_setup_and_its_iterations_below_it():
    runs = expand([AUTOML])
    [step] = named(runs, "find")
    setup, *iterations = below(runs, step)
    assert setup.id == step.record["properties"]["SetupRunId"] == f"{step.id}_setup"
    assert [run.id for run in iterations] == [f"{step.id}_0", f"{step.id}_1"]
    assert [run.record["properties"]["run_algorithm"] for run in iterations] == ["LightGBM", "VotingEnsemble"]
    assert [run.record["runType"] for run in (setup, *iterations)] == ["azureml.scriptrun", None, None]
    assert all(setup.end_time < datetime.fromisoformat(run.record["createdUtc"]) for run in iterations)
    assert step.record["properties"]["runTemplate"] == "AutoML"


def test_component_is_a_pipeline_run_of_its_own_inside_the_other():
    runs = nested()
    root, [inner], [last] = runs[0], named(runs, "train_sub"), named(runs, "last")
    assert inner.record["runType"] == "azureml.PipelineRun"
    assert (inner.record["parentRunId"], inner.record["rootRunId"]) == (root.id, root.id)
    assert inner.record["properties"]["azureml.pipelinerunid"] == root.id
    assert [run.record["name"] for run in below(runs, inner)] == ["fit", "score"]
    assert {run.record["rootRunId"] for run in runs} == {root.id}
    assert inner.record["endTimeUtc"] < last.record["createdUtc"]


def test_changes_inside_a_component_stand_in_its_own():
    failed = {"status": "Failed", "error": ERROR}
    mended = nested(changes={"train_sub": {"changes": {"fit": [failed, {}]}}})
    assert [run.record["status"] for run in named(mended, "fit")] == ["Failed", "Completed"]
    assert named(mended, "last")
    lost = nested(status="Failed", changes={"train_sub": {"status": "Failed", "changes": {"fit": failed}}})
    assert [run.record["status"] for run in lost] == ["Failed"] * 3


V2 = {"submitted_by": "Ada", "sdk": 2, "compute": "cpu", "command": "python train.py", "queue_seconds": 5,
      "duration_seconds": 60, "inputs": {"data": "bikes/versions/1"}}


def test_command_of_sdk_v2_has_a_name_for_its_id_and_no_script():
    [run] = expand_all({"script_runs": {"train": V2}, "occurrences": [
        {"script_run": "train", "created": "2022-10-05T01:00:00Z"}]})
    assert run.id.count("_") == 2 and run.record["displayName"] == "train"
    definition = run.details["runDefinition"]
    assert (definition["script"], definition["command"], definition["nodeCount"]) == (None, "python train.py", 4)
    assert definition["amlCompute"]["vmSize"] is None
    assert run.record["compute"]["vmSize"] == run.details["compute"]["vmSize"] == "STANDARD_D2_V2"
    assert run.record["properties"]["_azureml.ClusterName"] == "cpu"
    assert run.record["inputs"]["data"]["assetId"].endswith("/bikes/versions/1")


def test_size_of_a_serverless_machine_is_in_the_run_definition():
    [run] = expand_all({"script_runs": {"train": {**V2, "compute": "serverless"}}, "occurrences": [
        {"script_run": "train", "created": "2022-10-05T01:00:00Z"}]})
    assert run.details["runDefinition"]["autoClusterComputeSpecification"]["instanceSize"] == "Standard_D4s_v3"
    assert run.details["compute"]["vmSize"] is None


def test_sweep_of_its_own_is_a_root_with_trials():
    sweep = {**V2, "metric": "AUC", "concurrent": 1, "trials": [{"duration_seconds": 60}, {"duration_seconds": 70}]}
    root, *trials = expand_all({"sweeps": {"tune": sweep}, "occurrences": [
        {"sweep": "tune", "created": "2022-10-05T01:00:00Z"}]})
    assert (root.record["displayName"], root.record["rootRunId"], root.record["parentRunId"]) == ("tune", root.id, None)
    assert [trial.id for trial in trials] == [f"{root.id}_0", f"{root.id}_1"]
    assert trials[0].details["runDefinition"]["command"] == "python train.py"


def test_step_of_sdk_v2_names_its_root_in_its_properties_and_has_no_tags():
    runs = expand(["first"], sdk=2)
    record = runs[1].record
    assert (record["name"], record["displayName"]) == (None, "first")
    assert record["properties"]["azureml.rootpipelinerunid"] == runs[0].id
    assert record["properties"]["_azureml.ComputeTargetType"] == "amlctrain"
    assert "ComputeTargetType" not in record["properties"] and record["tags"] == {}
    assert runs[0].record["properties"]["azureml.DevPlatv2"] == "true"


def test_runs_of_a_schedule_say_which_time_was_due():
    on_time, _, again, _, by_hand, _ = expand(
        ["only"],
        occurrence(), {**occurrence(2), "scheduled": "2022-10-05T01:00:00Z"}, {**occurrence(3), "schedule": {}},
        tags={"team": "a"}, schedule={"submitted_by": "timer", "schedule": "nightly"})
    due = {"team": "a", "submitted_by": "timer", "schedule": "nightly", "scheduled_time": "2022-10-05T01:00:00Z"}
    assert on_time.record["tags"] == again.record["tags"] == due
    assert by_hand.record["tags"] == {"team": "a"}
