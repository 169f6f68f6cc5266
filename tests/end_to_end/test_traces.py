"""A pipeline run and its steps are one trace in Application Insights, and a failure names its cause."""
import json
import uuid

import pytest

from local_azure.commands.publishing import publish
from local_azure.scenarios.events import ended_events
from PipelineRunMonitor.settings import APPLICATION_INSIGHTS, AZUREML, OPENTELEMETRY, REST
from tests.end_to_end.conftest import KEYLESS

pytestmark = pytest.mark.parametrize(
    "store, run_reader", [(APPLICATION_INSIGHTS, AZUREML), (OPENTELEMETRY + KEYLESS, REST)])
PIPELINE_RUN = "azureml.PipelineRun"


@pytest.fixture
def record_pipeline_run(azure, sample_workspace):
    """Records a pipeline run with the given status and all its steps; returns the pipeline run."""
    def record(status):
        run = next(run for run in sample_workspace.runs
                   if run.record["runType"] == PIPELINE_RUN and run.record["status"] == status)
        publish(azure.endpoints, [{**event, "id": f"{event['id']} {uuid.uuid4()}"}
                                  for event in ended_events(sample_workspace) if run.id in (
                                      event["data"]["runId"], event["data"]["runTags"].get("azureml.pipelinerunid"))])
        assert azure.drained(30)
        return run
    return record


def read(azure, query):
    answer = azure.store.query(query)
    return [{column.name: value for column, value in zip(answer.columns, row)} for row in answer.rows]


@pytest.mark.parametrize("status", ["Completed", "Failed"])
def test_steps_are_dependencies_of_the_pipeline_run_s_request(azure, sample_workspace, record_pipeline_run, status):
    run = record_pipeline_run(status)
    [request] = read(azure, "requests | project id, name, operation_Id, operation_ParentId, success, resultCode, "
                            "duration, customDimensions")
    steps = read(azure, "dependencies | project id, name, operation_Id, operation_ParentId, resultCode, duration")
    traces = read(azure, "traces | project operation_Id, operation_ParentId, "
                         "execution_time_ms = todouble(customDimensions.execution_time_ms)")
    children = [child for child in sample_workspace.runs if child.record["parentRunId"] == run.id]
    assert sorted(step["name"] for step in steps) == sorted(child.record["name"] for child in children)
    assert {step["operation_ParentId"] for step in steps} == {request["id"]}
    assert {item["operation_Id"] for item in [request, *steps, *traces]} == {run.id.replace("-", "")}
    assert sorted(trace["operation_ParentId"] for trace in traces) == sorted(item["id"] for item in [request, *steps])
    assert sorted(item["duration"] for item in [request, *steps]) == sorted(
        trace["execution_time_ms"] or 0 for trace in traces)
    assert (request["success"], request["resultCode"]) == (str(status == "Completed"), status)
    properties = json.loads(request["customDimensions"])
    assert properties["cicd.pipeline.run.id"] == run.id
    assert properties["cicd.pipeline.result"] == {"Completed": "success", "Failed": "failure"}[status]


def test_failed_pipeline_run_names_the_step_that_failed_and_why(sample_workspace, record_pipeline_run, records):
    run = record_pipeline_run("Failed")
    [step] = [child for child in sample_workspace.runs
              if child.record["parentRunId"] == run.id and child.record["status"] == "Failed"]
    error = step.details["error"]["error"]
    recorded = {record["run_id"]: record for record in records()}
    found = recorded[run.id]
    assert (found["failed_step_run_id"], found["failed_step_name"], found["failed_step_count"]) == (
        step.id, step.record["name"], "1")
    assert (found["failed_step_error_code"], found["failed_step_error_message"]) == (error["code"], error["message"])
    assert f"/runs/{step.id}?" in found["failed_step_run_url"]
    assert found["error_fingerprint"] == recorded[step.id]["error_fingerprint"]


def test_completed_pipeline_run_with_a_failed_step_says_so(azure, sample_workspace, record_pipeline_run, records):
    run = next(run for run in sample_workspace.runs
               if run.record["runType"] == PIPELINE_RUN and run.record["status"] == "Failed")
    history = azure.history.workspace(sample_workspace.arm_id)
    event = next(event for event in ended_events(sample_workspace) if event["data"]["runId"] == run.id)
    try:
        history.put(type(run)({**run.record, "status": "Completed"}, {**run.details, "status": "Completed"}))
        publish(azure.endpoints, [{**event, "id": "completed with a failed step"}])
        assert azure.drained(30)
    finally:
        history.put(run)
    [record] = records()
    assert (record["run_status"], record["failed_step_count"], record[""]["severity"]) == ("Completed", "1", 2)
