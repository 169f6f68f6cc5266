"""Records -> requests of OTLP in protobuf, and what an answer says; the encoding is OpenTelemetry's own.

Dimensions are attributes of the log record, and its body is the message. A span has its true times: OTLP has no limit.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from google.protobuf.json_format import Parse, ParseError
from google.protobuf.message import DecodeError
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsPartialSuccess, ExportLogsServiceResponse

from ...records.record import Record
from ..opentelemetry_data import readable_log, readable_span


@dataclass(frozen=True, slots=True)
class Answer:
    """How many of the items of a request the receiver refused, and what it said about that."""

    rejected: int
    message: str


def encode_records(records: Sequence[Record]) -> bytes:
    return bytes(encode_logs([readable_log(record, record.dimensions) for record in records]).SerializeToString())


def encode_spans_of(records: Sequence[Record]) -> bytes:
    """Those of the records that have one."""
    spans = [readable_span(record.span, record.operation_id, _time(record.span.start_ms), record.span.properties)
             for record in records if record.span]
    return bytes(encode_spans(spans).SerializeToString())


def parse_answer(content_type: str, body: bytes) -> Answer:
    """Of logs and of traces alike: the fields of both have the same numbers. Raises ValueError for what is no answer of
    a receiver of OTLP."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if not body or kind == "application/x-protobuf":
            found = ExportLogsServiceResponse.FromString(body)
        elif kind == "application/json":  # some answer so whatever they are asked in
            text = body.decode().replace("rejectedSpans", "rejectedLogRecords")
            found = Parse(text, ExportLogsServiceResponse(), ignore_unknown_fields=True)
        else:
            raise ValueError(f"of the type {kind or 'nothing'}")
    except (DecodeError, ParseError) as exc:
        raise ValueError(str(exc)) from exc
    return Answer(found.partial_success.rejected_log_records, found.partial_success.error_message)


def parse_error(body: bytes) -> str:
    """What the answer to a failed request says: a google.rpc.Status, whose two fields have the numbers of those of a
    partial success, or any text."""
    try:
        if said := str(ExportLogsPartialSuccess.FromString(body).error_message):
            return said
    except DecodeError:
        pass
    return body.decode("utf-8", "replace")


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1_000, timezone.utc)
