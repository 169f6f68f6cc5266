"""Records -> telemetry items with OpenCensus; the only module that imports opencensus.

OpenCensus' handler queues a record and sends it some time later, from a thread that dies with the instance. So only the
items of its protocol are taken from it, and not the handler, whose import takes a fifth of a second besides.
"""
import time
from datetime import datetime
from typing import Any

from opencensus.ext.azure.common.protocol import Data, Envelope, Message, RemoteDependency, Request
from opencensus.ext.azure.common.utils import azure_monitor_context, microseconds_to_duration, timestamp_to_iso_str

from ..records.record import Record
from ..records.spans import STEP, Span
from ..settings import Ingestion
from .sinks import ROLE_NAME


class OpenCensusItems:
    """Builds the items for one Application Insights resource."""

    def __init__(self, ingestion: Ingestion):
        self._key = ingestion.instrumentation_key

    def build_trace(self, record: Record) -> Envelope:
        known = (record.span.id, record.span.pipeline) if record.span else (None, None)
        message = Message(message=record.message, severityLevel=record.severity // 10 - 1,
                          properties=dict(record.dimensions))
        return self._envelope("Message", message, time.time(), _tags(record.operation_id, *known))

    def build_span(self, span: Span, operation_id: str, shown: datetime) -> Envelope:
        kind, data = _request(span) if span.parent_id is None else _dependency(span)
        return self._envelope(kind, data, shown.timestamp(), _tags(operation_id, span.parent_id, span.pipeline))

    def _envelope(self, kind: str, data: Any, timestamp: float, tags: dict[str, str]) -> Envelope:
        return Envelope(
            iKey=self._key,
            name=f"Microsoft.ApplicationInsights.{kind}",
            time=timestamp_to_iso_str(timestamp),
            tags=tags,
            data=Data(baseData=data, baseType=f"{kind}Data"))


def _tags(operation_id: str, parent_id: str | None, pipeline: str | None) -> dict[str, str]:
    known = {"ai.operation.id": operation_id, "ai.operation.parentId": parent_id, "ai.operation.name": pipeline}
    return {**azure_monitor_context, "ai.cloud.role": ROLE_NAME,
            **{name: value for name, value in known.items() if value}}


def _request(span: Span) -> tuple[str, Request]:
    return "Request", Request(**_shared(span), responseCode=span.result_code, url=span.url)


def _dependency(span: Span) -> tuple[str, RemoteDependency]:
    return "RemoteDependency", RemoteDependency(
        **_shared(span), resultCode=span.result_code, type=STEP, target=span.target)


def _shared(span: Span) -> dict[str, Any]:
    return {"id": span.id, "name": span.name, "success": span.is_success,
            "duration": microseconds_to_duration(span.duration_ms * 1_000), "properties": dict(span.properties)}
