"""What is read, through private parts of azureml-core or without it, is what its public calls answer: no new version
differs unseen."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_azure.control.models import Fault
from local_azure.functions_host.routes import read_reason
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import ARM_ID
from PipelineRunMonitor.settings import AZUREML, REST, RUN_READERS

RUN = f"GET /history/v1.0{ARM_ID}/runs/{{run_id}}"
REPOSITORY = Path(__file__).parents[2]


def is_step_with_datasets(run):
    return run.details.get("inputDatasets") and run.details.get("outputDatasets")


def is_failed_step(run):
    return run.record["status"] == "Failed" and run.record["parentRunId"]


def is_failed_pipeline_run(run):
    return run.record["status"] == "Failed" and run.record["runType"] == "azureml.PipelineRun"


def is_alone(run):
    return run.record["parentRunId"] is None and run.record["runType"] == "azureml.scriptrun"


@pytest.mark.parametrize("kind", [is_step_with_datasets, is_failed_step, is_failed_pipeline_run, is_alone])
def test_reader_finds_what_the_public_calls_of_the_sdk_find(azure, sample_workspace, kind):
    run = next(run for run in sample_workspace.runs if kind(run))
    event = next(event for event in ended_events(sample_workspace) if event["data"]["runId"] == run.id)
    environment = {**azure.function_environment(), "PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY / "src")}
    program = Path(__file__).with_name("read_run.py")
    result = subprocess.run([sys.executable, program], input=json.dumps(event), env=environment, text=True,
                            capture_output=True, timeout=60)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert found[AZUREML] == found[REST] == found["public"]
    assert found[REST]["details"]["runId"] == run.id


@pytest.mark.parametrize("run_reader", RUN_READERS)
@pytest.mark.parametrize("status, words", [(401, "not allowed to read"), (403, "not allowed to read"),
                                           (404, "not found")])
def test_refusal_of_run_history_is_an_error_with_cause_and_cure(azure, call_function, sample_workspace, status, words):
    """Of a pipeline run, which has no parent that would be asked for in the same way."""
    pipeline_runs = (event for event in ended_events(sample_workspace)
                     if event["data"]["runType"] == "azureml.PipelineRun")
    event = {**next(pipeline_runs), "id": f"refused with {status}"}
    azure.traffic.inject(Fault("machine_learning", status, route=RUN, headers={"Content-Type": "application/json"},
                               body='{"error": {"code": "UserError", "message": "no"}}'))
    answer = call_function([event])
    assert answer.status_code == 500
    assert words in read_reason(answer.headers)
    assert call_function([event]).status_code == 202


def is_step_that_completed(run):
    return run.record["runType"] == "azureml.StepRun" and run.record["status"] == "Completed"


def is_pipeline_run_that_completed(run):
    return run.record["runType"] == "azureml.PipelineRun" and run.record["status"] == "Completed"


@pytest.mark.parametrize("run_reader", RUN_READERS)
@pytest.mark.parametrize("kind, asked", [
    (is_step_that_completed, ["artifacts", "details", "lastvalues", "runs", "runs"]),
    (is_pipeline_run_that_completed, ["details", "lastvalues", "runs", "runs:query"]),
    (is_failed_pipeline_run, ["details", "lastvalues", "runs", "runs:query", "runs:query"]),
    (is_alone, ["artifacts", "details", "lastvalues", "runs", "runs:query"])])
def test_no_event_asks_more_than_five_questions(azure, call_function, sample_workspace, kind, asked):
    """One more request sends the record. A failure that another attempt may have made good takes one more question."""
    run = next(run for run in sample_workspace.runs if kind(run) and run.end_time)
    event = next(event for event in ended_events(sample_workspace) if event["data"]["runId"] == run.id)
    call_function({**event, "id": f"to open the workspace, {kind.__name__}"})
    azure.traffic.reset()
    assert call_function({**event, "id": f"counted, {kind.__name__}"}).status_code == 202
    counts = azure.traffic.counts()
    questions = [route for route, count in counts.items() if "POST /v2.1/track" not in route for _ in range(count)]
    names = ("artifacts", "details", "lastvalues", "runs:query", "runs")
    paths = [route.split("workspaces/")[1] for route in questions]
    assert sorted(next(name for name in names if name in path) for path in paths) == asked
    assert sum(counts.values()) == len(asked) + 1
