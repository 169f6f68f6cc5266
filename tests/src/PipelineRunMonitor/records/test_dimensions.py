import json
from dataclasses import replace

import pytest

from PipelineRunMonitor.records import dimensions, texts
from PipelineRunMonitor.runs.snapshots import FailedSteps, RunSummary

PIPELINE_RUN_ID = "9ba5c47b-6a01-481d-a364-0f950b4f7206"
STEP_RUN_ID = "73947786-1972-4aa0-9464-3864ed95284a"
SERVERLESS = {"autoClusterComputeSpecification": {"instanceSize": "B"}}


def with_details(snapshot, **changes):
    return replace(snapshot, details={**snapshot.details, **changes})


def with_properties(snapshot, **changes):
    return with_details(snapshot, properties={**snapshot.details["properties"], **changes})


def test_first_sample_of_a_step_run(step_event, step_snapshot):
    found = dimensions.of(step_event, step_snapshot)
    assert {name: found[name] for name in (
        "parent_run_id", "parent_run_name", "parent_run_number", "run_number", "step_id", "step_name",
        "experiment_name", "run_url", "parent_run_status", "run_status", "type", "workspace_name")} == {
        "parent_run_id": PIPELINE_RUN_ID, "parent_run_name": "flight-delay pipeline", "parent_run_number": "12",
        "run_number": "13", "step_id": STEP_RUN_ID, "step_name": "Prepare Data", "experiment_name": "flight-delay",
        "run_url": "https://ml.azure.com/runs/9ba5c47b?wsid=/subscriptions/s", "parent_run_status": "Running",
        "run_status": "Completed", "type": "run_detail", "workspace_name": "sample-ws"}


def test_second_sample_of_a_step_run(step_event, step_snapshot):
    found = dimensions.of(step_event, step_snapshot)
    assert {name: found[name] for name in (
        "compute_target_type", "execution_time_ms", "start_time_utc_ms", "end_time_utc_ms", "experimentName",
        "pipelinerunid", "docker_image", "experimentId", "resourceGroup", "subscriptions", "amlWorkSpace",
        "snapshot_id", "step_type", "run_type", "node_id", "run_id", "target", "script", "status")} == {
        "compute_target_type": "AmlCompute", "execution_time_ms": "215240", "start_time_utc_ms": "1664992987340",
        "end_time_utc_ms": "1664993202580", "experimentName": "flight-delay", "pipelinerunid": PIPELINE_RUN_ID,
        "docker_image": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:20220708.v1",
        "experimentId": "eea3758a-4a75-42a7-b215-32739323a0a7", "resourceGroup": "sample",
        "subscriptions": "38e0c6f9-393e-413e-9d17-6e95dc2b5a5b", "amlWorkSpace": "sample-ws",
        "snapshot_id": "a50368b7-7cdc-44b9-a5af-1f0c8dd6b350", "step_type": "PythonScriptStep",
        "run_type": "azureml.StepRun", "node_id": "4a72cbf2", "run_id": STEP_RUN_ID, "target": "Standard-E4ds-v4",
        "script": "prep_airline_delay.py", "status": "Completed"}


def test_own_dimensions_of_a_step_run(step_event, step_snapshot):
    snapshot = with_properties(step_snapshot, **{
        "azureml.git.repository_uri": "https://example.com/repo", "azureml.git.branch": "main",
        "mlflow.source.git.commit": "7dc972657c2168927a02c3bc2b161e0f370365d7", "azureml.git.dirty": "True"})
    found = dimensions.of(step_event, replace(snapshot, run=replace(snapshot.run, display_name="prep")))
    expected = {
        "event_id": "831e1650-001e-001b-66ab-eeb76e069631", "event_time": "2022-10-05T18:06:43.958410Z",
        "event_type": "Microsoft.MachineLearningServices.RunCompleted", "root_run_id": PIPELINE_RUN_ID,
        "created_time_utc_ms": "1664992981340", "queue_time_ms": "6000", "submitted_by": "Alan Turing",
        "display_name": "prep", "git_repository": "https://example.com/repo", "git_branch": "main",
        "git_commit": "7dc972657c2168927a02c3bc2b161e0f370365d7", "git_dirty": "True", "is_reused": "false",
        "node_count": "1", "tags": '{"team": "ops"}', "record_version": "2"}
    assert {name: found[name] for name in expected} == expected


def test_what_is_not_known_is_absent_and_never_none(step_event, step_snapshot):
    bare = replace(step_snapshot, run=RunSummary("r1"), parent=None, run_type=None, created_time=None,
                   submitted_by=None, experiment_id=None, experiment_name=None, tags={}, details={}, root_run_id="r1")
    found = dimensions.of(replace(step_event, tags={}, properties={}, run_type=None, id=None, time=None), bare)
    assert found == {
        "parent_run_id": "r1", "step_id": "r1", "run_id": "r1", "run_status": "Completed",
        "parent_run_status": "Completed", "status": "Completed", "type": "run_detail", "workspace_name": "sample-ws",
        "amlWorkSpace": "sample-ws", "resourceGroup": "sample", "subscriptions": "38e0c6f9-393e-413e-9d17-6e95dc2b5a5b",
        "event_type": "Microsoft.MachineLearningServices.RunCompleted", "root_run_id": "r1", "pipelinerunid": "r1",
        "source": "event", "record_version": "2"}


def test_run_without_a_parent_is_its_own_parent(step_event, pipeline_snapshot):
    found = dimensions.of(step_event, pipeline_snapshot)
    assert found["parent_run_id"] == found["step_id"] == PIPELINE_RUN_ID
    assert found["parent_run_number"] == found["run_number"] == "12"
    assert found["run_url"].startswith("https://ml.azure.com/runs/9ba5c47b")


def test_pipeline_run_belongs_to_itself(step_event, pipeline_snapshot):
    found = dimensions.of(replace(step_event, tags={}, properties={}), pipeline_snapshot)
    assert found["pipelinerunid"] == PIPELINE_RUN_ID
    assert "is_reused" not in found


def test_event_fills_what_the_run_does_not_say(step_event, step_snapshot):
    event = replace(step_event, properties={"stepType": "HyperDriveStep", "computeTargetType": "AmlCompute"},
                    tags={"azureml.nodeid": "254c70df"})
    found = dimensions.of(event, with_details(replace(step_snapshot, run_type=None), properties={}))
    assert (found["step_type"], found["node_id"]) == ("HyperDriveStep", "254c70df")
    assert found["run_type"] == "azureml.StepRun"


@pytest.mark.parametrize("name", ["StepType", "stepType", "STEPTYPE"])
def test_properties_are_looked_up_without_regard_to_case(step_event, step_snapshot, name):
    found = dimensions.of(step_event, with_details(step_snapshot, properties={name: "DatabricksStep"}))
    assert found["step_type"] == "DatabricksStep"


def test_run_history_that_lags_behind_the_event_does_not_undo_the_end(step_event, step_snapshot):
    lagging = replace(step_snapshot, run=replace(step_snapshot.run, status="Finalizing"))
    assert dimensions.of(replace(step_event, run_status="Failed"), lagging)["run_status"] == "Failed"


def test_status_of_the_run_wins_over_the_event(step_event, step_snapshot):
    assert dimensions.of(replace(step_event, run_status="Failed"), step_snapshot)["status"] == "Completed"


@pytest.mark.parametrize("event_status, run_status, expected", [
    ("Completed", "NotResponding", "Completed"), ("NotResponding", "Completed", "Completed"),
    ("NotResponding", "Running", "NotResponding"), ("Failed", "NotResponding", "Failed"),
    ("NotResponding", "NotResponding", "NotResponding"), ("Failed", None, "Failed"),
    ("Failed", "Evaporated", "Failed")])
def test_run_that_stopped_responding_has_not_ended_for_good(step_event, step_snapshot, event_status, run_status,
                                                            expected):
    snapshot = replace(step_snapshot, run=replace(step_snapshot.run, status=run_status))
    assert dimensions.of(replace(step_event, run_status=event_status), snapshot)["run_status"] == expected


def test_event_says_who_submitted_a_run_that_does_not(step_event, step_snapshot):
    event = replace(step_event, created_by="E. Event")
    assert dimensions.of(event, step_snapshot)["submitted_by"] == "Alan Turing"
    assert dimensions.of(event, replace(step_snapshot, submitted_by=None))["submitted_by"] == "E. Event"


def test_batch_endpoint_and_model_monitor(step_event, step_snapshot):
    breach = "feature drift has failed due to one or more features violating metric thresholds"
    snapshot = replace(with_properties(step_snapshot, **{
        "runSource": "BatchDeployment", "azureml.deploymentname": "nightly"}),
        tags={"azureml_modelmonitor_threshold_breached": breach})
    found = dimensions.of(step_event, snapshot)
    assert (found["run_source"], found["deployment_name"], found["monitor_threshold_breached"]) == (
        "BatchDeployment", "nightly", breach)


@pytest.mark.parametrize("details, answer, expected", [
    ({"runDefinition": {"amlCompute": {"vmSize": "A"}, **SERVERLESS}}, {}, "A"),
    ({"runDefinition": {"amlCompute": {"vmSize": None}, **SERVERLESS}, "compute": {"vmSize": "C"}}, {}, "B"),
    ({"runDefinition": None, "compute": {"vmSize": "C", "instanceType": "D"}}, {}, "C"),
    ({"compute": {"instanceType": "D"}}, {}, "D"), ({}, {"compute": {"vmSize": "C"}}, "C"),
    ({"compute": "C"}, {}, None)])
def test_vm_size_is_found_wherever_sdk_v1_or_v2_writes_it(step_event, step_snapshot, details, answer, expected):
    found = dimensions.of(step_event, replace(step_snapshot, details=details, answer=answer))
    assert found.get("vm_size") == expected


@pytest.mark.parametrize("details, expected", [
    ({"runDefinition": {"autoClusterComputeSpecification": {"instancePriority": "LowPriority"}},
      "compute": {"priority": "Dedicated"}}, "LowPriority"),
    ({"runDefinition": {"amlCompute": {"vmPriority": "lowpriority"}, "priority": 3}}, "lowpriority"),
    ({"compute": {"priority": "Dedicated"}}, "Dedicated"),
    ({"runDefinition": {"priority": 3}, "compute": {"priority": None}}, None)])
def test_vm_priority_is_that_of_the_machines_and_not_of_the_job(step_event, step_snapshot, details, expected):
    found = dimensions.of(step_event, replace(step_snapshot, details=details))
    assert found.get("vm_priority") == expected


@pytest.mark.parametrize("details, workspace_region, expected", [
    ({"compute": {"region": "West US 2"}}, "eastus", "westus2"), ({"compute": {"region": None}}, "eastus", "eastus"),
    ({}, "Germany West Central", "germanywestcentral"), ({}, None, None), ({"compute": {"region": 7}}, None, None)])
def test_region_is_that_of_the_machines_or_else_of_the_workspace(
        step_event, step_snapshot, details, workspace_region, expected):
    found = dimensions.of(step_event, replace(step_snapshot, details=details, region=workspace_region))
    assert found.get("region") == expected


@pytest.mark.parametrize("docker, expected", [
    ({"baseImage": "a", "baseDockerfile": "FROM b"}, "a"),
    ({"baseImage": None, "baseDockerfile": "FROM b\nRUN x"}, "b"),
    ({"baseDockerfile": "# c\nfrom --platform=linux/amd64 b:1 AS base"}, "b:1"), ({"baseDockerfile": "RUN x"}, None),
    ({"baseDockerfile": 5}, None), ("b", None)])
def test_docker_image_is_found_in_a_dockerfile_as_well(step_event, step_snapshot, docker, expected):
    details = {"runDefinition": {"environment": {"docker": docker}}}
    found = dimensions.of(step_event, replace(step_snapshot, details=details))
    assert found.get("docker_image") == expected


@pytest.mark.parametrize("error, expected", [
    ({"error": {"code": "C", "message": "m", "messageFormat": "f"}}, ("C", "m")),
    ({"error": {"code": "C", "message": None, "messageFormat": "f"}}, ("C", "f")),
    ({"error": {"code": "C", "debugInfo": {"message": "d"}}}, ("C", "d")),
    ({"code": "C", "message": "m"}, ("C", "m")),
    ({"error": {"code": "C", "message": ["m"]}}, ("C", None)), ({"error": None}, (None, None)), (None, (None, None))])
def test_error_says_what_it_can(step_event, step_snapshot, error, expected):
    found = dimensions.of(step_event, with_details(step_snapshot, error=error))
    assert (found.get("error_code"), found.get("error_message")) == expected


def test_what_was_not_read_is_named(step_event, step_snapshot):
    found = dimensions.of(step_event, replace(step_snapshot, not_read=("parent", "log files")))
    assert found["not_read"] == "parent, log files"


@pytest.mark.parametrize("step_type", ["PythonScriptStep", None], ids=["", "no step type"])
@pytest.mark.parametrize("properties", [{"azureml.isreused": "true"}, {"azureml.reusedrunid": "r0"}])
def test_reused_step(step_event, step_snapshot, properties, step_type):
    """Steps of SDK v2, and pipelines in a pipeline, need not say a type of step."""
    told = with_properties(step_snapshot, **properties, StepType=step_type)
    found = dimensions.of(replace(step_event, properties={}), told)
    assert (found["is_reused"], found.get("step_type")) == ("true", step_type)


def test_error_of_a_failed_run(step_event, step_snapshot):
    error = {"error": {"code": "UserError", "message": "No such column: ArrDelay"}}
    found = dimensions.of(step_event, with_details(step_snapshot, error=error))
    assert (found["error_code"], found["error_message"]) == ("UserError", "No such column: ArrDelay")


@pytest.mark.parametrize("details", [
    {"properties": None, "runDefinition": None, "error": None},
    {"properties": [], "runDefinition": "x", "error": {"error": None}},
    {"startTimeUtc": "soon", "endTimeUtc": 5, "runDefinition": {"environment": None, "nodeCount": None}},
])
def test_details_of_the_wrong_shape_leave_dimensions_out(step_event, step_snapshot, details):
    found = dimensions.of(step_event, with_details(step_snapshot, **details))
    assert found["run_id"] == STEP_RUN_ID
    assert "docker_image" not in found and "error_code" not in found


def test_queue_time_is_never_negative(step_event, step_snapshot):
    found = dimensions.of(step_event, with_details(step_snapshot, startTimeUtc="2022-10-05T18:03:00Z"))
    assert found["queue_time_ms"] == "0"


def test_value_is_cut_at_the_services_limit(step_event, step_snapshot):
    found = dimensions.of(step_event, replace(step_snapshot, submitted_by="😀" * 9_000))
    assert texts.count_units(found["submitted_by"]) <= 8_192
    assert found["submitted_by"].endswith("😀…")


def test_all_values_together_leave_room_for_the_message(step_event, step_snapshot):
    long = replace(step_snapshot, submitted_by="ü" * 9_000, experiment_name="é" * 9_000, tags={"k": "x" * 9_000},
                   run=replace(step_snapshot.run, display_name="d" * 9_000))
    found = dimensions.of(step_event, long)
    assert sum(len(json.dumps(part, ensure_ascii=False).encode()) for pair in found.items() for part in pair) <= 28_000
    assert found["run_id"] == STEP_RUN_ID


def test_long_values_are_cut_to_one_length_that_uses_the_room_and_short_ones_stay():
    short = {"run_id": STEP_RUN_ID, "status": "Failed", "note": "n" * 2_000}
    found = dimensions.fit({**short, **{f"long{i}": "例" * 8_000 for i in range(3)}})
    assert {name: found[name] for name in short} == short
    lengths = {len(found[f"long{i}"]) for i in range(3)}
    assert len(lengths) == 1 and lengths.pop() > 2_800
    total = sum(texts.count_json_bytes(name) + texts.count_json_bytes(value) for name, value in found.items())
    assert 28_000 - 10 < total <= 28_000


def test_secrets_are_redacted(step_event, step_snapshot):
    snapshot = with_properties(step_snapshot, **{
        "azureml.git.repository_uri": "https://build:hunter2hunter2@example.com/repo"})
    assert dimensions.of(step_event, snapshot)["git_repository"] == "https://[redacted]@example.com/repo"


def with_failed_step(snapshot, message="Out of memory on node 7"):
    step = RunSummary("s1", name="Train", portal_url="https://ml.azure.com/runs/s1")
    return replace(snapshot, failed_steps=FailedSteps(2, step, {"error": {"code": "UserError", "message": message}}))


def test_pipeline_run_tells_which_of_its_steps_failed_first_and_why(step_event, pipeline_snapshot):
    found = dimensions.of(step_event, with_failed_step(pipeline_snapshot))
    assert {name: value for name, value in found.items() if name.startswith("failed_step")} == {
        "failed_step_count": "2", "failed_step_name": "Train", "failed_step_run_id": "s1",
        "failed_step_error_code": "UserError", "failed_step_error_message": "Out of memory on node 7",
        "failed_step_run_url": "https://ml.azure.com/runs/s1"}


def test_pipeline_run_and_its_failed_step_have_one_fingerprint(step_event, step_snapshot, pipeline_snapshot):
    error = {"error": {"code": "UserError", "message": "Out of memory on node 12"}}
    step = dimensions.of(step_event, with_details(step_snapshot, error=error))
    pipeline_run = dimensions.of(step_event, with_failed_step(pipeline_snapshot))
    assert step["error_fingerprint"] == pipeline_run["error_fingerprint"]


def test_secret_in_an_error_changes_no_fingerprint(step_event, pipeline_snapshot):
    first, second = (dimensions.of(step_event, with_failed_step(pipeline_snapshot, f"no login with password={secret}"))
                     for secret in ("hunter", "swordfish"))
    assert first["error_fingerprint"] == second["error_fingerprint"]
    assert "hunter" not in str(first)


def test_run_without_an_error_has_no_fingerprint(step_event, step_snapshot):
    assert "error_fingerprint" not in dimensions.of(step_event, step_snapshot)
