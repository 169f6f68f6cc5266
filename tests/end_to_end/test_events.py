"""Every kind of input, from the host's webhook to a record read back from each store, in both ways of reading."""
import json

import pytest

from local_azure.functions_host.routes import read_reason
from local_azure.scenarios.events import ended_events
from PipelineRunMonitor.settings import APPLICATION_INSIGHTS, AZUREML, FILE, OPENTELEMETRY, REST
from tests.end_to_end.conftest import KEYLESS

# What reads and what records know nothing of each other: each of both is in some pair, and not every pair is here.
PAIRS = [
    (APPLICATION_INSIGHTS, AZUREML), (OPENTELEMETRY, AZUREML), (FILE, REST), (APPLICATION_INSIGHTS + KEYLESS, REST),
    (OPENTELEMETRY + KEYLESS, AZUREML)]
pytestmark = pytest.mark.parametrize("store, run_reader", PAIRS)
STEP_RUN_ID = "73947786-1972-4aa0-9464-3864ed95284a"
PIPELINE_RUN_ID = "9ba5c47b-6a01-481d-a364-0f950b4f7206"


@pytest.fixture
def events_by_run(sample_workspace):
    return {event["data"]["runId"]: event for event in ended_events(sample_workspace)}


def renamed(event, suffix):
    """The same event under an id of its own: a worker records an event once."""
    return {**event, "id": f"{event['id']} {suffix}"}


def as_cloud_event(event, suffix="as a cloud event"):
    return {"specversion": "1.0", "id": f"{event['id']} {suffix}", "source": event["topic"], "type": event["eventType"],
            "subject": event["subject"], "time": event["eventTime"], "data": event["data"]}


def test_real_step_run_is_recorded_whole(call_function, records, data_folder):
    answer = call_function((data_folder / "events" / "event_grid_run_completed.json").read_text())
    assert answer.status_code == 202, read_reason(answer.headers)
    [record] = records()
    expected = {
        "execution_time_ms": "215240", "script": "prep_airline_delay.py", "step_name": "Prepare Data",
        "docker_image": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:20220708.v1",
        "snapshot_id": "a50368b7-7cdc-44b9-a5af-1f0c8dd6b350", "node_id": "4a72cbf2", "pipelinerunid": PIPELINE_RUN_ID,
        "parent_run_id": PIPELINE_RUN_ID, "run_id": STEP_RUN_ID, "step_id": STEP_RUN_ID, "target": "Standard-E4ds-v4",
        "compute_target_type": "AmlCompute", "step_type": "PythonScriptStep", "run_type": "azureml.StepRun",
        "experiment_name": "flight-delay", "workspace_name": "sample-ws", "resourceGroup": "sample",
        "subscriptions": "38e0c6f9-393e-413e-9d17-6e95dc2b5a5b", "submitted_by": "Alan Turing", "status": "Completed",
        "root_run_id": PIPELINE_RUN_ID, "event_id": "831e1650-001e-001b-66ab-eeb76e069631", "type": "run_detail"}
    assert {name: record.get(name) for name in expected} == expected
    assert f"/runs/{PIPELINE_RUN_ID}?" in record["run_url"]
    item = record[""]
    assert (item["operation"], item["role"], item["severity"]) == (PIPELINE_RUN_ID.replace("-", ""),
                                                                   "PipelineRunMonitor", 1)
    details = json.loads(item["message"])
    assert details["runDefinition"]["arguments"][0] == "--input-data"
    assert details["inputDatasets"] == [{
        "dataset": {"id": "e62077d8-168a-4e5f-9039-4d4700ff1837"},
        "consumptionDetails": {"type": "RunInput", "inputName": "raw_data", "mechanism": "Direct"}}]
    assert "user_logs/std_log.txt" in details["logFiles"]
    assert "sig=" not in json.dumps(record)


def test_cloud_event_of_a_run_without_a_run_type(call_function, records, data_folder):
    call_function((data_folder / "events" / "cloud_event_run_status_changed.json").read_text())
    [record] = records()
    assert record["run_id"] == record["parent_run_id"] == PIPELINE_RUN_ID
    assert record["pipelinerunid"] == PIPELINE_RUN_ID
    assert record["run_status"] == "Completed"  # the run knows better than the event, which says failed


def test_event_type_as_the_second_sample_prints_it(call_function, records, events_by_run):
    event = renamed(events_by_run[STEP_RUN_ID], "with event_type")
    event["event_type"] = event.pop("eventType")
    del event["eventTime"]
    call_function(event)
    assert [record["run_id"] for record in records()] == [STEP_RUN_ID]


def test_every_run_of_the_sample_workspace_in_both_schemas(call_function, records, events_by_run):
    batch = [change(event) for event in list(events_by_run.values())[:30]
             for change in (as_cloud_event, lambda event: renamed(event, "in a batch"))]
    assert call_function(batch).status_code == 202
    assert len(records()) == 60
    assert records("invalid_event") == []


@pytest.mark.parametrize("status, severity", [("Failed", 3), ("Canceled", 2), ("NotResponding", 2)])
def test_runs_that_did_not_complete(call_function, records, sample_workspace, events_by_run, status, severity):
    run = next(run for run in sample_workspace.runs if run.record["status"] == status and run.record["parentRunId"])
    call_function(renamed(events_by_run[run.id], status))
    [record] = records()
    assert (record["run_status"], record[""]["severity"]) == (status, severity)
    if status == "Failed":
        assert record["error_code"] == run.details["error"]["error"]["code"]
        assert record["error_message"]


def test_run_without_a_parent(call_function, records, sample_workspace, events_by_run):
    run = next(run for run in sample_workspace.runs if run.record["runType"] == "azureml.scriptrun")
    call_function(renamed(events_by_run[run.id], "alone"))
    [record] = records()
    assert record["parent_run_id"] == record["step_id"] == run.id
    assert f"/runs/{run.id}?" in record["run_url"]


def test_reused_step(call_function, records, sample_workspace, events_by_run):
    run = next(run for run in sample_workspace.runs if "azureml.reusedrunid" in run.record["properties"])
    call_function(renamed(events_by_run[run.id], "reused"))
    assert records()[0]["is_reused"] == "true"


def test_no_secret_of_any_sample_run_is_recorded(call_function, records, events_by_run, store, run_reader):
    """Each pair has a part of the runs: what takes secrets out knows neither stores nor readers."""
    events = [*events_by_run.values()][PAIRS.index((store, run_reader))::len(PAIRS)]
    call_function([renamed(event, "for its secrets") for event in events])
    found = json.dumps(records())
    assert len(records()) == len(events) > 20
    assert "sig=" not in found and "made up" not in found


@pytest.mark.parametrize("event_type", ["ModelRegistered", "ModelDeployed", "DatasetDriftDetected"])
def test_other_events_succeed_and_leave_one_line(azure, call_function, records, event_type):
    before = azure.functions_log.read_text().count("is not recorded")
    answer = call_function([{"id": event_type, "eventType": f"Microsoft.MachineLearningServices.{event_type}",
                             "subject": "models/m:1", "data": {"modelName": "m"}}])
    assert answer.status_code == 202
    assert records() == []
    assert azure.functions_log.read_text().count("is not recorded") == before + 1


@pytest.mark.parametrize("body, reason", [
    ([{"id": "no run", "eventType": "Microsoft.MachineLearningServices.RunCompleted", "data": {}}], "no run id"),
    ([{"id": "password=hunter2", "eventType": "Microsoft.MachineLearningServices.RunCompleted"}], "no run id"),
    ([{}], "no event type"),
    ([{"id": "no time", "eventType": "Microsoft.MachineLearningServices.RunCompleted", "eventTime": "noon",
       "data": {"runId": "r"}}], "no ISO 8601 time"),
    ([{"id": "no ws", "eventType": "Microsoft.MachineLearningServices.RunCompleted", "data": {"runId": "r"},
       "topic": "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/other"}],
     "not monitored"),
])
def test_malformed_input_is_recorded_and_succeeds(call_function, records, body, reason):
    assert call_function(body).status_code == 202
    [record] = records("invalid_event")
    assert reason in record["reason"]
    assert record[""]["severity"] == 2
    assert "hunter2" not in json.dumps(record)


@pytest.mark.parametrize("body", ["not json", "", "17", [17]])
def test_what_holds_no_event_never_reaches_the_function(call_function, records, body):
    answer = call_function(body)
    assert (answer.status_code, answer.content, records("invalid_event")) == (500, b"", [])


def test_repeated_delivery_is_recorded_once(call_function, records, events_by_run):
    event = renamed(events_by_run[STEP_RUN_ID], "again")
    for _ in range(3):
        assert call_function([event]).status_code == 202
    assert len(records()) == 1


def test_run_that_is_not_there_fails_the_delivery(call_function, records, events_by_run):
    event = renamed(events_by_run[STEP_RUN_ID], "of nobody")
    answer = call_function([{**event, "data": {**event["data"], "runId": "nobody"}}])
    assert answer.status_code == 500
    assert "run nobody of workspace sample-ws not found" in read_reason(answer.headers)
    assert records() == []


def test_metrics_of_a_run_are_recorded(call_function, records, events_by_run, sample_workspace):
    run = next(run for run in sample_workspace.runs if len(run.metrics) > 1)
    call_function(renamed(events_by_run[run.id], "with metrics"))
    [record] = records()
    assert json.loads(record["metrics"]) == run.metrics
    assert "metrics_omitted" not in record


def test_workspace_token_and_discovery_are_asked_once_for_all_events(azure, call_function, events_by_run):
    call_function([renamed(event, "first") for event in list(events_by_run.values())[:1]])
    azure.traffic.reset()
    call_function([renamed(event, "warm") for event in list(events_by_run.values())[:20]])
    services = {route.split()[0] for route in azure.traffic.counts()}
    assert services - {"application_insights"} == {"machine_learning"}
    assert not any("discovery" in route for route in azure.traffic.counts())
