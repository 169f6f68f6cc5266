"""What is read beside the run itself costs, where it fails, what it would have told, and never the record."""
import json

import pytest

from local_azure.control.models import Fault
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import ARM_ID
from PipelineRunMonitor.settings import RUN_READERS

HISTORY = f"/history/v1.0{ARM_ID}"
LOG_FILES = f"GET /artifact/v2.0{ARM_ID}/artifacts/prefix/contentinfo/ExperimentRun/{{container}}/{{folder}}"
METRICS = f"POST /metric/v2.0{ARM_ID}/runs/{{run_id}}/lastvalues"
pytestmark = pytest.mark.parametrize("run_reader", RUN_READERS)
WAYS = ("experimentids", "experiments")
FOREVER = 1_000
FAULTS = [
    *({"status": status} for status in (400, 401, 403, 404, 429, 500, 503)),
    {"status": 429, "headers": {"Retry-After": "60"}},
    {"kind": "reset"}, {"kind": "half"}, {"kind": "hang", "seconds": 1},
    *({"status": 200, "body": body} for body in ("", "null", "[]", "5", "<html>", '{"runId": "half', "[" * 100_000))]


def routes(read):
    """Those of a read: an experiment is asked for by its id, then by its name."""
    if read in ("log files", "metrics"):
        return [LOG_FILES if read == "log files" else METRICS]
    if read == "details":
        return [f"GET {HISTORY}/{way}/{{experiment}}/runs/{{run_id}}/details" for way in WAYS]
    return [f"POST {HISTORY}/{way}/{{experiment}}/runs:query" for way in WAYS]


def event_of(sample_workspace, is_pipeline_run, event_id):
    """Of a run that failed, in a pipeline or as one."""
    run = next(run for run in sample_workspace.runs if run.record["status"] == "Failed"
               and (run.record["runType"] == "azureml.PipelineRun") == is_pipeline_run)
    event = next(event for event in ended_events(sample_workspace) if event["data"]["runId"] == run.id)
    return {**event, "id": event_id}


@pytest.mark.parametrize("read, fault", [
    *(("details", fault) for fault in FAULTS), *(("failed steps", fault) for fault in FAULTS[1::4]),
    *(("log files", fault) for fault in FAULTS[2::4]),
    *(("metrics", fault) for fault in FAULTS[3::4])], ids=lambda value: str(value)[:60])
def test_record_is_there_without_it_and_says_so(azure, call_function, records, sample_workspace, read, fault):
    event = event_of(sample_workspace, read == "failed steps", f"{read} {json.dumps(fault)[:99]}")
    for route in routes(read):
        azure.traffic.inject(Fault("machine_learning", route=route, times=FOREVER, **fault))
    answer = call_function(event)
    assert answer.status_code == 202, answer.text
    [record] = records()
    assert (record["run_id"], record["run_status"], record["not_read"]) == (event["data"]["runId"], "Failed", read)
    assert record["error_code"] and int(record["execution_time_ms"]) > 0
    assert json.loads(record[""]["message"])["runId"] == record["run_id"]
    assert "failed_step_count" not in record


def test_what_makes_no_sense_inside_an_answer_costs_only_itself(azure, call_function, records, sample_workspace):
    body = '{"runId": 5, "properties": "DB_PASSWORD=hunter2", "startTimeUtc": [], "value": [null, 5, {"runId": []}]}'
    for read in ("details", "failed steps", "log files", "metrics"):
        for route in routes(read):
            azure.traffic.inject(Fault("machine_learning", 200, route=route, times=FOREVER, body=body,
                                       headers={"Content-Type": "application/json"}))
    assert call_function(event_of(sample_workspace, False, "odd answers to a step")).status_code == 202
    assert call_function(event_of(sample_workspace, True, "odd answers to a pipeline run")).status_code == 202
    found = records()
    assert len(found) == 2 and not any("not_read" in record for record in found)
    assert "hunter2" not in json.dumps(found) + azure.functions_log.read_text()


def test_parent_that_is_gone_still_has_its_id_and_page(azure, call_function, records, sample_workspace):
    event = event_of(sample_workspace, False, "of a parent that is gone")
    history = azure.history.workspace(sample_workspace.arm_id)
    run = history.run(event["data"]["runId"])
    try:
        history.put(type(run)({**run.record, "parentRunId": "gone", "rootRunId": "gone"}, run.details, run.log_files))
        call_function({**event, "data": {**event["data"], "runTags": {}}})
    finally:
        history.put(run)
    [record] = records()
    assert (record["parent_run_id"], record["root_run_id"], record["not_read"]) == ("gone", "gone", "parent")
    assert "/runs/gone?" in record["run_url"] and "parent_run_status" not in record
