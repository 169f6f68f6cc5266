"""A receiver of OTLP over HTTP that decodes with OpenTelemetry's own protobuf, and misbehaves when it is told to.

It keeps what it accepts, as backends show it: log records and spans, each with the attributes of its own.
"""
import gzip
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest, ExportTraceServiceResponse)

PROTOBUF = "application/x-protobuf"


@dataclass(frozen=True)
class Trouble:
    """An answer in the place of the usual one; without a status the connection breaks. What it `takes` is kept. A
    `slow` body comes a byte at a time, with so many seconds between."""

    status: int | None = None
    body: bytes = b""
    content_type: str = PROTOBUF
    headers: dict = field(default_factory=dict)
    takes: bool = False
    slow: float = 0.0


def partial(rejected, message, signal="logs"):
    """The body of a partial success."""
    if signal == "logs":
        answer = ExportLogsServiceResponse()
        answer.partial_success.rejected_log_records = rejected
    else:
        answer = ExportTraceServiceResponse()
        answer.partial_success.rejected_spans = rejected
    answer.partial_success.error_message = message
    return answer.SerializeToString()


class Receiver(ThreadingHTTPServer):
    """`requests` are paths with headers in the order in which they came, `troubles` what the next ones get."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests, self.troubles, self.logs, self.spans = [], [], [], []
        self.is_over = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def reset(self):
        for kept in (self.requests, self.troubles, self.logs, self.spans):
            kept.clear()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers)))
        trouble = self.server.troubles.pop(0) if self.server.troubles else None
        if trouble is None or trouble.takes:
            self._take(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
        self._answer(trouble or Trouble(200))

    def _take(self, body):
        assert self.headers["Content-Type"] == PROTOBUF
        if self.path.endswith("/v1/logs"):
            for resource, scope in _scopes(ExportLogsServiceRequest.FromString(body).resource_logs, "scope_logs"):
                self.server.logs += [(resource, record) for record in scope.log_records]
        else:
            for resource, scope in _scopes(ExportTraceServiceRequest.FromString(body).resource_spans, "scope_spans"):
                self.server.spans += [(resource, span) for span in scope.spans]

    def _answer(self, trouble):
        if trouble.status is None:
            self.close_connection = True
            return
        self.send_response(trouble.status)
        for name, value in {"Content-Type": trouble.content_type, **trouble.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(trouble.body)))
        self.end_headers()
        self._write(trouble.body, trouble.slow)

    def _write(self, body, seconds_between):
        pieces = [body[start:start + 1] for start in range(len(body))] if seconds_between else [body]
        for piece in pieces:
            try:
                self.wfile.write(piece)
            except OSError:  # whoever waited has gone
                break
            if seconds_between and self.server.is_over.wait(seconds_between):
                break

    def log_message(self, *arguments):
        pass


def _scopes(resources, name):
    return [(attributes(one.resource), scope) for one in resources for scope in getattr(one, name)]


def attributes(item):
    return {one.key: one.value.string_value for one in item.attributes}


@contextmanager
def receiving():
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.is_over.set()
        server.shutdown()
        thread.join()
