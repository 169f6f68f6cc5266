"""Records -> telemetry items with OpenTelemetry; the only module that imports it.

azure-monitor-opentelemetry-exporter is Microsoft's supported successor of OpenCensus' exporter. It is used for what it
makes of a log record and of a span; its own sending tells nobody which of several items were refused. What it has no
word for, the status of a run that is no HTTP request, is put into the items afterwards.
"""
import logging
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from azure.monitor.opentelemetry.exporter.export.logs._exporter import _convert_log_to_envelope
from azure.monitor.opentelemetry.exporter.export.trace._exporter import _convert_span_to_envelope
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode

from ..records.record import Record
from ..records.spans import STEP, Span
from ..settings import Ingestion
from .sinks import ROLE_NAME

if TYPE_CHECKING:
    from azure.monitor.opentelemetry.exporter._generated.exporter.models import TelemetryItem

_RESOURCE = Resource({SERVICE_NAME: ROLE_NAME})
_SEVERITIES = {logging.INFO: SeverityNumber.INFO, logging.WARNING: SeverityNumber.WARN,
               logging.ERROR: SeverityNumber.ERROR}


class OpenTelemetryItems:
    """Builds the items for one Application Insights resource."""

    def __init__(self, ingestion: Ingestion):
        self._key = ingestion.instrumentation_key

    def build_trace(self, record: Record) -> dict[str, Any]:
        log_record = LogRecord(
            timestamp=time.time_ns(), trace_id=int(record.operation_id, 16),
            span_id=int(record.span.id, 16) if record.span else None,
            severity_number=_SEVERITIES[record.severity], body=record.message, attributes={})
        item = self._describe(_convert_log_to_envelope(ReadableLogRecord(log_record, _RESOURCE)))
        item["data"]["baseData"] |= {"properties": dict(record.dimensions), "message": record.message}
        if record.span:
            item["tags"]["ai.operation.name"] = record.span.pipeline
        return item

    def build_span(self, span: Span, operation_id: str, shown: datetime) -> dict[str, Any]:
        item = self._describe(_convert_span_to_envelope(_readable(span, operation_id, shown)))
        item["tags"]["ai.operation.name"] = span.pipeline
        own = ({"responseCode": span.result_code, "url": span.url} if span.parent_id is None
               else {"resultCode": span.result_code, "target": span.target, "type": STEP})
        item["data"]["baseData"] |= {"name": span.name, "properties": dict(span.properties), **own}
        return item

    def _describe(self, envelope: "TelemetryItem") -> dict[str, Any]:
        described: dict[str, Any] = envelope.as_dict()
        return described | {"iKey": self._key}


def _readable(span: Span, operation_id: str, shown: datetime) -> ReadableSpan:
    start_ns = int(shown.timestamp() * 1_000) * 1_000_000
    return ReadableSpan(
        span.name, context=_context(operation_id, span.id), resource=_RESOURCE,
        parent=_context(operation_id, span.parent_id) if span.parent_id else None,
        kind=SpanKind.INTERNAL if span.parent_id else SpanKind.SERVER, status=_status(span), start_time=start_ns,
        end_time=start_ns + span.duration_ms * 1_000_000)


def _context(operation_id: str, span_id: str) -> SpanContext:
    return SpanContext(int(operation_id, 16), int(span_id, 16), is_remote=False)


def _status(span: Span) -> Status:
    return Status(StatusCode.OK if span.is_success else StatusCode.ERROR)
