"""What the events of one call have in common is asked for once.

The Functions host of today hands a delivery over event by event; called with all of them, the function takes them too.
"""
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import ARM_ID

RUN = f"machine_learning GET /history/v1.0{ARM_ID}/runs/{{run_id}}"
DETAILS = f"machine_learning GET /history/v1.0{ARM_ID}/experimentids/{{experiment}}/runs/{{run_id}}/details"
RECORD = "application_insights POST /v2.1/track"
SOURCE = Path(__file__).parents[2] / "src"
PROGRAM = "import sys; from PipelineRunMonitor.pipeline_run_monitor import main; main(sys.stdin.read())"


def call_with_all(azure, events):
    """In a process of its own, as the function's worker would."""
    environment = {**azure.function_environment(), "PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE)}
    subprocess.run([sys.executable, "-c", PROGRAM], input=json.dumps(events), env=environment, text=True, check=True,
                   timeout=60)


def test_pipeline_with_its_steps_told_of_twice_is_asked_for_once(azure, records, sample_workspace):
    failed = next(run.id for run in sample_workspace.runs
                  if run.record["runType"] == "azureml.PipelineRun" and run.record["status"] == "Failed")
    runs = {run.id for run in sample_workspace.runs if run.record["rootRunId"] == failed and run.end_time}
    once = [event for event in ended_events(sample_workspace) if event["data"]["runId"] in runs]
    events = [{**event, "id": f"{event['id']}, told {time}"} for time in ("once", "twice") for event in once]
    call_with_all(azure, events)
    assert Counter(record["run_id"] for record in records()) == dict.fromkeys(runs, 2)
    counts = azure.traffic.counts()
    assert (counts[RUN], counts[DETAILS], counts[RECORD]) == (len(runs), len(runs), 1)
    [count] = {record["failed_step_count"] for record in records() if record["run_id"] == failed}
    assert int(count) > 0
    assert {record["parent_run_status"] for record in records()} == {"Failed"}
