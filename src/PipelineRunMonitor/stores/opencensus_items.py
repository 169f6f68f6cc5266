"""Records -> telemetry items with OpenCensus; the only module that imports opencensus.

OpenCensus' handler queues a record and sends it some time later, from a thread that dies with the instance. Here it
only builds the items, and its queue stays empty.
"""
import logging
from datetime import datetime
from typing import Any

from opencensus.ext.azure.common.protocol import Data, Envelope, RemoteDependency, Request
from opencensus.ext.azure.common.utils import azure_monitor_context, microseconds_to_duration, timestamp_to_iso_str
from opencensus.ext.azure.log_exporter import AzureLogHandler

from ..records.record import Record
from ..records.spans import STEP, Span
from ..settings import Ingestion
from .sinks import ROLE_NAME


class OpenCensusItems(AzureLogHandler):  # type: ignore[misc]  # opencensus has no types
    """Builds the items for one Application Insights resource."""

    def __init__(self, ingestion: Ingestion):
        super().__init__(connection_string=(f"InstrumentationKey={ingestion.instrumentation_key};"
                                            f"IngestionEndpoint={ingestion.endpoint}"),
                         enable_local_storage=False)

    def build_trace(self, record: Record) -> Envelope:
        log_record = logging.LogRecord(ROLE_NAME, record.severity, "", 0, record.message, None, None)
        item = self.log_record_to_envelope(log_record)
        known = (record.span.id, record.span.pipeline) if record.span else (None, None)
        item.tags = _tags(record.operation_id, *known)
        item.data.baseData.properties = dict(record.dimensions)  # without the handler's own: file, line, process
        return item

    def build_span(self, span: Span, operation_id: str, shown: datetime) -> Envelope:
        kind, data = _request(span) if span.parent_id is None else _dependency(span)
        return Envelope(
            iKey=self.options.instrumentation_key,
            name=f"Microsoft.ApplicationInsights.{kind}",
            time=timestamp_to_iso_str(shown.timestamp()),
            tags=_tags(operation_id, span.parent_id, span.pipeline),
            data=Data(baseData=data, baseType=f"{kind}Data"))

    def _check_stats_collection(self) -> bool:
        """Statistics about the exporter itself are not sent to Microsoft."""
        return False


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
