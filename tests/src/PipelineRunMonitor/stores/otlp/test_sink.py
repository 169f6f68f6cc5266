"""Records over OTLP to a receiver that decodes with OpenTelemetry's own protobuf: what arrives, and what is told."""
import logging
import ssl
import time
from dataclasses import replace

import pytest
import trustme
from opentelemetry.proto.logs.v1.logs_pb2 import SeverityNumber
from opentelemetry.proto.trace.v1.trace_pb2 import Span as ProtobufSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from azure_access.deadline import Deadline
from azure_access.errors import IdentityError
from PipelineRunMonitor.otlp_settings import Otlp
from PipelineRunMonitor.records.record import Record
from PipelineRunMonitor.records.spans import Span
from PipelineRunMonitor.stores.otlp.sink import OtlpSink
from PipelineRunMonitor.stores.sinks import Refusal, Sending
from tests.otlp_receiver import Trouble, attributes, partial, receiving

SPAN = Span("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "Prepare Data", "flight-delay", 1_664_993_000_123, 215_240, False,
            "Failed", "cpu", "https://ml.azure.com/runs/r1", {"cicd.pipeline.name": "flight-delay", "run_id": "r1"})
RECORD = Record('{"runId": "r1", "name": "Müller"}', {"type": "run_detail", "run_id": "r1"}, logging.ERROR, "9b" * 16)
TRACED = replace(RECORD, span=SPAN)
DELIVERED = Sending([], [], "")


def other(run_id):
    return replace(RECORD, dimensions={"run_id": run_id})


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


class Tokens:
    """A token source that counts, or has no token."""

    def __init__(self, problem=None):
        self.problem, self.given = problem, 0

    def get(self, deadline):
        if self.problem:
            raise self.problem
        self.given += 1
        return f"token {self.given}"

    def forget(self):
        self.given += 100


@pytest.fixture
def open_sink(receiver):
    def begin(token=None, sends_spans=True, **settings):
        otlp = Otlp.from_environment({"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, **settings})
        return OtlpSink(otlp, sends_spans=sends_spans, token=token)
    return begin


@pytest.fixture
def sink(open_sink):
    return open_sink()


@pytest.fixture
def deadline():
    return Deadline(20, sleep=lambda seconds: None)


def paths(receiver):
    return [path for path, _ in receiver.requests]


def test_a_record_is_a_log_record_in_the_span_of_its_run(receiver, sink, deadline):
    before_ns = time.time_ns()
    assert sink.send([TRACED], deadline) == DELIVERED
    [(resource, log)] = receiver.logs
    assert resource == {"service.name": "PipelineRunMonitor"}
    assert (log.body.string_value, attributes(log)) == (RECORD.message, RECORD.dimensions)
    assert (log.severity_number, log.severity_text) == (SeverityNumber.SEVERITY_NUMBER_ERROR, "ERROR")
    assert (log.trace_id.hex(), log.span_id.hex()) == (RECORD.operation_id, SPAN.id)
    assert before_ns <= log.time_unix_nano == log.observed_time_unix_nano <= time.time_ns()
    assert paths(receiver) == ["/v1/logs", "/v1/traces"]


def test_a_span_has_its_true_times_its_parent_and_its_status(receiver, sink, deadline):
    sink.send([TRACED, replace(TRACED, span=replace(SPAN, parent_id=None, is_success=True))], deadline)
    [(resource, step), (_, root)] = receiver.spans
    assert resource == {"service.name": "PipelineRunMonitor"}
    assert (step.trace_id.hex(), step.span_id.hex(), step.parent_span_id.hex()) == (
        RECORD.operation_id, SPAN.id, SPAN.parent_id)
    assert step.start_time_unix_nano == 1_664_993_000_123_000_000
    assert step.end_time_unix_nano == 1_664_993_215_363_000_000
    assert (step.name, attributes(step)) == ("Prepare Data", SPAN.properties)
    assert (step.kind, step.status.code) == (ProtobufSpan.SPAN_KIND_INTERNAL, Status.STATUS_CODE_ERROR)
    assert (root.kind, root.status.code, root.parent_span_id) == (
        ProtobufSpan.SPAN_KIND_SERVER, Status.STATUS_CODE_OK, b"")


@pytest.mark.parametrize("severity, number", [(logging.INFO, 9), (logging.WARNING, 13), (logging.ERROR, 17)])
def test_severities_are_those_of_opentelemetry(receiver, sink, deadline, severity, number):
    sink.send([replace(RECORD, severity=severity)], deadline)
    assert receiver.logs[0][1].severity_number == number


def test_no_record_is_no_request_and_no_span_is_no_second_one(receiver, sink, open_sink, deadline):
    assert sink.send([], deadline) == DELIVERED
    assert open_sink(sends_spans=False).send([TRACED], deadline) == sink.send([RECORD], deadline) == DELIVERED
    assert paths(receiver) == ["/v1/logs", "/v1/logs"]


def test_addresses_headers_and_compression_are_as_the_settings_say(receiver, open_sink, deadline):
    sink = open_sink(OTEL_EXPORTER_OTLP_HEADERS="api-key=a%20key", OTEL_EXPORTER_OTLP_COMPRESSION="gzip",
                     OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{receiver.url}/own/v1/traces",
                     OTEL_EXPORTER_OTLP_TRACES_HEADERS="api-key=another")
    assert sink.send([TRACED], deadline) == DELIVERED
    assert [(path, headers["api-key"], headers["Content-Encoding"]) for path, headers in receiver.requests] == [
        ("/v1/logs", "a key", "gzip"), ("/own/v1/traces", "another", "gzip")]
    assert len(receiver.logs) == len(receiver.spans) == 1


def test_who_is_named_in_the_address_is_told_to_the_receiver(receiver, open_sink, deadline):
    named = receiver.url.replace("://", "://someone:a%20key@")
    assert open_sink(OTEL_EXPORTER_OTLP_ENDPOINT=named).send([RECORD], deadline) == DELIVERED
    assert [headers["Authorization"] for _, headers in receiver.requests] == ["Basic c29tZW9uZTphIGtleQ=="]


@pytest.mark.parametrize("trouble", [Trouble(429), Trouble(502), Trouble(503), Trouble(504), Trouble(),
                                     Trouble(200, b"<html>", "text/html"), Trouble(200, b"\xff\xff\xff")])
def test_passing_trouble_is_overcome(receiver, sink, deadline, trouble):
    receiver.troubles = [trouble, trouble]
    assert sink.send([RECORD], deadline) == DELIVERED
    assert len(receiver.requests) == 3 and len(receiver.logs) == 1


@pytest.mark.parametrize("trouble, requests, words", [
    (Trouble(503), 3, "HTTP 503, Event Grid delivers"), (Trouble(), 3, "could not be reached"),
    (Trouble(200, b"<html>", "text/html"), 3, "not from a receiver of OTLP"),
    (Trouble(500), 1, "HTTP 500"), (Trouble(401), 1, "OTEL_EXPORTER_OTLP_HEADERS"), (Trouble(403), 1, "Publisher"),
    (Trouble(404), 1, "OTEL_EXPORTER_OTLP_ENDPOINT"), (Trouble(415), 1, "protobuf"),
    (Trouble(307, headers={"Location": "/v1/logs"}), 1, "HTTP 307")])
def test_lasting_trouble_is_told_after_as_many_attempts_as_the_protocol_allows(
        receiver, sink, deadline, trouble, requests, words):
    receiver.troubles = [trouble] * 9
    sending = sink.send([TRACED], deadline)
    assert (sending.refusals, sending.unsent) == ([], [TRACED]) and words in sending.problem
    assert paths(receiver) == ["/v1/logs"] * requests


def test_retry_after_is_waited_for_where_it_fits_into_the_deadline(receiver, sink):
    pauses = []
    receiver.troubles = [Trouble(429, headers={"Retry-After": "7"})]
    assert sink.send([RECORD], Deadline(20, sleep=pauses.append)) == DELIVERED
    assert pauses == [7.0]
    receiver.troubles = [Trouble(429, headers={"Retry-After": "70"})]
    assert "HTTP 429" in sink.send([RECORD], Deadline(20, sleep=pauses.append)).problem
    assert pauses == [7.0]


def test_an_answer_that_comes_a_byte_at_a_time_is_not_waited_for(receiver, sink):
    """Each byte keeps to the time-out of a socket, and the whole would say that all is well."""
    receiver.troubles = [Trouble(200, partial(0, "x" * 500), slow=0.02, takes=True)]
    sent = sink.send([RECORD], Deadline(0.4))
    assert sent.unsent == [RECORD] and "in time" in sent.problem


def test_nothing_is_sent_when_no_time_is_left(receiver, sink):
    assert "no time was left" in sink.send([RECORD], Deadline(0)).problem
    assert receiver.requests == []


@pytest.mark.parametrize("body, content_type", [
    (partial(1, "the body is too long"), "application/x-protobuf"),
    (b'{"partialSuccess": {"rejectedLogRecords": "1", "errorMessage": "the body is too long"}}', "application/json"),
    (b'{"partialSuccess": {"rejectedSpans": 1, "errorMessage": "the body is too long", "new": 1}}',
     "application/json")])
def test_a_rejected_record_is_refused_for_good(receiver, sink, deadline, body, content_type):
    receiver.troubles = [Trouble(200, body, content_type)]
    assert sink.send([RECORD], deadline) == Sending([Refusal(RECORD, "the body is too long")], [], "")
    assert len(receiver.requests) == 1


def test_of_several_the_rejected_one_is_found(receiver, sink, deadline):
    records = [other("a"), other("b"), other("c")]
    receiver.troubles = [Trouble(200, partial(1, "one is bad"), takes=True), Trouble(200, takes=True),
                         Trouble(200, partial(1, "b is bad")), Trouble(200, takes=True)]
    assert sink.send(records, deadline) == Sending([Refusal(records[1], "b is bad")], [], "")
    assert len(receiver.requests) == 4


def test_a_warning_beside_full_success_changes_nothing(receiver, sink, deadline):
    receiver.troubles = [Trouble(200, partial(0, "an attribute is deprecated"), takes=True)]
    assert sink.send([RECORD], deadline) == DELIVERED


@pytest.mark.parametrize("answer", [Trouble(202, takes=True), Trouble(204, takes=True),
                                    Trouble(200, b"{}", "application/json", takes=True)])
def test_other_ways_to_say_yes_are_understood(receiver, sink, deadline, answer):
    receiver.troubles = [answer]
    assert sink.send([RECORD], deadline) == DELIVERED


@pytest.mark.parametrize("status", [400, 413])
@pytest.mark.parametrize("body, said", [(b"\x08\x03\x12\x08bad data", "bad data"), (b"bad data", "bad data"),
                                        (b"", "")])
def test_bad_data_is_refused_with_what_the_receiver_says(receiver, sink, deadline, status, body, said):
    receiver.troubles = [Trouble(status, body)]
    assert sink.send([RECORD], deadline) == Sending([Refusal(RECORD, f"HTTP {status}: {said}")], [], "")


def test_a_record_whose_span_is_not_taken_is_unsent_and_one_whose_span_is_refused_is_not(receiver, sink, caplog):
    deadline = Deadline(20, sleep=lambda seconds: None)
    receiver.troubles = [Trouble(200, takes=True), Trouble(404)]
    sending = sink.send([TRACED, RECORD], deadline)
    assert sending.unsent == [TRACED] and "HTTP 404" in sending.problem
    receiver.troubles = [Trouble(200, takes=True), Trouble(200, partial(1, "no such attribute", "traces"))]
    assert sink.send([TRACED], deadline) == DELIVERED
    assert "refused the span of run r1: no such attribute" in caplog.text


def test_a_token_goes_with_each_request_and_is_forgotten_when_it_is_refused(receiver, open_sink, deadline):
    token = Tokens()
    sink = open_sink(token)
    receiver.troubles = [Trouble(401)]
    sink.send([RECORD], deadline)
    sink.send([RECORD], deadline)
    assert [headers["Authorization"] for _, headers in receiver.requests] == ["Bearer token 1", "Bearer token 102"]


def test_without_a_token_nothing_is_sent(receiver, open_sink, deadline):
    sending = open_sink(Tokens(IdentityError("no identity"))).send([RECORD], deadline)
    assert (sending.unsent, sending.problem) == ([RECORD], "no identity")
    assert receiver.requests == []


def test_nobody_there_is_told(open_sink, deadline):
    sending = open_sink(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9").send([RECORD], deadline)
    assert sending.unsent == [RECORD] and "could not be reached" in sending.problem


@pytest.fixture
def secure(receiver, tmp_path):
    """The receiver over HTTPS: its address, and the file of the authority that it goes by."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
    return receiver.url.replace("http:", "https:"), str(tmp_path / "ca.pem")


def test_an_authority_of_one_s_own_is_trusted_whatever_the_environment_says(
        open_sink, secure, receiver, deadline, tmp_path, monkeypatch):
    url, certificate = secure
    trustme.CA().cert_pem.write_to_path(tmp_path / "another.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "another.pem"))
    trusting = open_sink(OTEL_EXPORTER_OTLP_ENDPOINT=url, OTEL_EXPORTER_OTLP_CERTIFICATE=certificate)
    assert trusting.send([RECORD], deadline) == DELIVERED
    assert "CERTIFICATE_VERIFY_FAILED" in open_sink(OTEL_EXPORTER_OTLP_ENDPOINT=url).send([RECORD], deadline).problem
    assert len(receiver.logs) == 1
