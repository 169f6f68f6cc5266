"""Records -> log records and spans as OpenTelemetry's SDK has them."""
import logging
import time
from collections.abc import Mapping
from datetime import datetime

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from ..records.record import Record
from ..records.spans import Span
from .sinks import ROLE_NAME

_RESOURCE = Resource({SERVICE_NAME: ROLE_NAME})
_SCOPE = InstrumentationScope(ROLE_NAME)
_SEVERITIES = {logging.INFO: SeverityNumber.INFO, logging.WARNING: SeverityNumber.WARN,
               logging.ERROR: SeverityNumber.ERROR}


def readable_log(record: Record, attributes: Mapping[str, str]) -> ReadableLogRecord:
    """A log record whose time is now, in the trace of the pipeline run and in the span of the run, if it has one."""
    now_ns, severity = time.time_ns(), _SEVERITIES[record.severity]
    return ReadableLogRecord(LogRecord(
        timestamp=now_ns, observed_timestamp=now_ns, trace_id=int(record.operation_id, 16),
        span_id=int(record.span.id, 16) if record.span else None, severity_number=severity,
        severity_text=severity.name, body=record.message, attributes=dict(attributes)), _RESOURCE, _SCOPE)


def readable_span(span: Span, operation_id: str, start: datetime, attributes: Mapping[str, str]) -> ReadableSpan:
    """A span that begins at `start`."""
    start_ns = int(start.timestamp() * 1_000) * 1_000_000
    return ReadableSpan(
        span.name, context=_context(operation_id, span.id), resource=_RESOURCE, instrumentation_scope=_SCOPE,
        parent=_context(operation_id, span.parent_id) if span.parent_id else None,
        kind=SpanKind.INTERNAL if span.parent_id else SpanKind.SERVER, status=_status(span), start_time=start_ns,
        end_time=start_ns + span.duration_ms * 1_000_000, attributes=dict(attributes))


def _context(operation_id: str, span_id: str) -> SpanContext:
    return SpanContext(int(operation_id, 16), int(span_id, 16), is_remote=False,
                       trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _status(span: Span) -> Status:
    return Status(StatusCode.OK if span.is_success else StatusCode.ERROR)
