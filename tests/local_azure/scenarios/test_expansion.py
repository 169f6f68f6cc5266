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
