"""Records -> telemetry items with OpenTelemetry.

azure-monitor-opentelemetry-exporter is Microsoft's supported successor of OpenCensus' exporter. It is used for what it
makes of a log record and of a span; its own sending tells nobody which of several items were refused. What it has no
word for, the status of a run that is no HTTP request, is put into the items afterwards.
"""
from datetime import datetime
from typing import TYPE_CHECKING, Any

from azure.monitor.opentelemetry.exporter.export.logs._exporter import _convert_log_to_envelope
from azure.monitor.opentelemetry.exporter.export.trace._exporter import _convert_span_to_envelope

from ..records.record import Record
from ..records.spans import STEP, Span
from ..settings import Ingestion
from .opentelemetry_data import readable_log, readable_span

if TYPE_CHECKING:
    from azure.monitor.opentelemetry.exporter._generated.exporter.models import TelemetryItem


class OpenTelemetryItems:
    """Builds the items for one Application Insights resource."""

    def __init__(self, ingestion: Ingestion):
        self._key = ingestion.instrumentation_key

    def build_trace(self, record: Record) -> dict[str, Any]:
        item = self._describe(_convert_log_to_envelope(readable_log(record, {})))
        item["data"]["baseData"] |= {"properties": dict(record.dimensions), "message": record.message}
        if record.span:
            item["tags"]["ai.operation.name"] = record.span.pipeline
        return item

    def build_span(self, span: Span, operation_id: str, shown: datetime) -> dict[str, Any]:
        item = self._describe(_convert_span_to_envelope(readable_span(span, operation_id, shown, {})))
        item["tags"]["ai.operation.name"] = span.pipeline
        own = ({"responseCode": span.result_code, "url": span.url} if span.parent_id is None
               else {"resultCode": span.result_code, "target": span.target, "type": STEP})
        item["data"]["baseData"] |= {"name": span.name, "properties": dict(span.properties), **own}
        return item

    def _describe(self, envelope: "TelemetryItem") -> dict[str, Any]:
        described: dict[str, Any] = envelope.as_dict()
        return described | {"iKey": self._key}
