"""A run of the flight-delay pipeline as the event and run history tell it."""
import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from PipelineRunMonitor import events
from PipelineRunMonitor.events import RunEvent
from PipelineRunMonitor.snapshots import RunSnapshot, RunSummary
from PipelineRunMonitor.workspaces import WorkspaceId

SAMPLE = WorkspaceId("38e0c6f9-393e-413e-9d17-6e95dc2b5a5b", "sample", "sample-ws")


@pytest.fixture
def workspace() -> WorkspaceId:
    return SAMPLE


@pytest.fixture
def step_event(data_folder) -> RunEvent:
    text = (data_folder / "events" / "event_grid_run_completed.json").read_text()
    return events.parse(text, [SAMPLE])[0]


@pytest.fixture
def step_snapshot(data_folder, step_event) -> RunSnapshot:
    pipeline_run = RunSummary("9ba5c47b-6a01-481d-a364-0f950b4f7206", name="flight-delay pipeline", number=12,
                              status="Running", portal_url="https://ml.azure.com/runs/9ba5c47b?wsid=/subscriptions/s")
    step = RunSummary(step_event.run_id, name="Prepare Data", number=13, status="Completed",
                      portal_url="https://ml.azure.com/runs/73947786?wsid=/subscriptions/s")
    return RunSnapshot(
        workspace=SAMPLE, run=step, parent=pipeline_run, root_run_id=pipeline_run.id,
        experiment_id="eea3758a-4a75-42a7-b215-32739323a0a7", experiment_name="flight-delay",
        run_type="azureml.StepRun", created_time=datetime(2022, 10, 5, 18, 3, 1, 340605, timezone.utc),
        submitted_by="Alan Turing", tags={"team": "ops"},
        details=json.loads((data_folder / "run_details_step.json").read_text()))


@pytest.fixture
def pipeline_snapshot(data_folder, step_snapshot) -> RunSnapshot:
    return replace(step_snapshot, run=step_snapshot.parent, parent=None, run_type="azureml.PipelineRun", tags={},
                   details=json.loads((data_folder / "run_details_pipeline.json").read_text()))
