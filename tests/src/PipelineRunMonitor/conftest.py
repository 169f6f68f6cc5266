"""A run of the flight-delay pipeline as event and run history tell it; an ingestion service for prepared answers."""
import json
import threading
from dataclasses import replace
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from azure_access.workspaces import WorkspaceId
from PipelineRunMonitor.events.parsing import RunEvent, parse
from PipelineRunMonitor.runs.snapshots import RunSnapshot, RunSummary

SAMPLE = WorkspaceId("38e0c6f9-393e-413e-9d17-6e95dc2b5a5b", "sample", "sample-ws")


@pytest.fixture
def workspace() -> WorkspaceId:
    return SAMPLE


@pytest.fixture
def step_event(data_folder) -> RunEvent:
    text = (data_folder / "events" / "event_grid_run_completed.json").read_text()
    return parse(text, [SAMPLE])[0]


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


class IngestionService(ThreadingHTTPServer):
    """Answers with what it was told to, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple] = []  # status, body, headers; without one everything is accepted
        self.requests: list[tuple[str, list]] = []
        self.authorizations: list[str | None] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        items = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, items))
        self.server.authorizations.append(self.headers["Authorization"])
        accepted = {"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []}
        status, body, *headers = self.server.answers.pop(0) if self.server.answers else (200, json.dumps(accepted))
        if status is None:  # the connection breaks instead
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or [{}])[0].items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *arguments):
        pass


@pytest.fixture
def service():
    with IngestionService() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
