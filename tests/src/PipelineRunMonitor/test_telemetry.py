import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from PipelineRunMonitor.errors import TelemetryError
from PipelineRunMonitor.records import Record
from PipelineRunMonitor.settings import Ingestion
from PipelineRunMonitor.telemetry import Telemetry

KEY = "11111111-2222-3333-4444-555555555555"
RECORD = Record('{"runId": "r1", "name": "Müller"}', {"type": "run_detail", "run_id": "r1"}, logging.ERROR, "9b" * 16)


class IngestionService(ThreadingHTTPServer):
    """Answers with what it was told to, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, str]] = []
        self.requests: list[tuple[str, list]] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        items = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, items))
        accepted = {"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []}
        status, body = self.server.answers.pop(0) if self.server.answers else (200, json.dumps(accepted))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
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


@pytest.fixture
def telemetry(service):
    return Telemetry(Ingestion(KEY, f"http://127.0.0.1:{service.server_port}"))


def test_records_are_delivered_when_send_returns_in_one_post(service, telemetry):
    telemetry.send([RECORD, RECORD])
    [(path, items)] = service.requests
    assert path == "/v2.1/track"
    assert len(items) == 2
    item = items[0]
    assert item["iKey"] == KEY
    assert item["name"] == "Microsoft.ApplicationInsights.Message"
    assert item["tags"]["ai.operation.id"] == "9b" * 16
    assert item["tags"]["ai.cloud.role"] == "PipelineRunMonitor"
    assert item["data"]["baseData"] == {
        "ver": 2, "message": RECORD.message, "severityLevel": 3, "properties": {"type": "run_detail", "run_id": "r1"}}


def test_no_record_is_no_request(service, telemetry):
    telemetry.send([])
    assert service.requests == []


@pytest.mark.parametrize("status, body", [
    (200, '{"itemsReceived": 1, "itemsAccepted": 0, "errors": []}'),
    (200, "<html>proxy</html>"),
    (206, '{"itemsReceived": 1, "itemsAccepted": 0, "errors": [{"index": 0, "statusCode": 429, "message": "busy"}]}'),
    (400, "bad"), (402, "quota"), (439, "quota"), (429, "slow down"), (500, "down"), (307, "")])
def test_anything_but_acceptance_of_every_record_is_an_error(service, telemetry, status, body):
    service.answers.append((status, body))
    with pytest.raises(TelemetryError, match=str(status)):
        telemetry.send([RECORD])


def test_service_out_of_reach_is_an_error_that_names_the_setting(service):
    with pytest.raises(TelemetryError, match="APP_INSIGHTS_CONNECTION_STRING"):
        Telemetry(Ingestion(KEY, "http://127.0.0.1:9")).send([RECORD])
