"""Records -> Application Insights, through OpenCensus; the only module that imports opencensus.

OpenCensus' handler queues a record and sends it some time later, from a thread that dies with the instance. Here it
builds the telemetry items and `send` delivers them: when it returns, what became of every record is known. Beside the
record of a run goes its span, a request or a dependency item.
"""
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opencensus.ext.azure.common.protocol import Data, Envelope, RemoteDependency, Request
from opencensus.ext.azure.common.utils import azure_monitor_context, microseconds_to_duration, timestamp_to_iso_str
from opencensus.ext.azure.log_exporter import AzureLogHandler

from .deadline import Deadline
from .ingestion import IngestionClient
from .records import Record
from .redaction import redact_text
from .settings import Ingestion
from .spans import Span

ROLE_NAME = "PipelineRunMonitor"

_STEP = "Azure ML step"  # the type of a dependency, which the portal shows
_OLDEST_SECONDS = 47 * 3_600  # the service refuses what says that it is older than 48 hours
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that the service will never take, and why."""

    record: Record
    reason: str


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of records: those in neither list were accepted. `problem` says why the `unsent` were not sent, and
    what to do."""

    refusals: Sequence[Refusal] = ()
    unsent: Sequence[Record] = ()
    problem: str = ""


class Telemetry:
    """Sends records to one Application Insights resource, with the spans of their runs if wanted; safe to use from many
    threads."""

    def __init__(self, ingestion: Ingestion, *, sends_spans: bool):
        self._items = _ItemBuilder(
            connection_string=(f"InstrumentationKey={ingestion.instrumentation_key};"
                               f"IngestionEndpoint={ingestion.endpoint}"),
            enable_local_storage=False)
        self._sends_spans = sends_spans
        self._client = IngestionClient(ingestion.endpoint)

    def send(self, records: Sequence[Record], deadline: Deadline) -> Sending:
        """One POST for all of them. A record counts as unsent while any item of it is."""
        if not records:
            return Sending()
        spans = [record for record in records if record.span and self._sends_spans]
        items = [*map(self._items.build_trace, records), *map(self._items.build_span, spans)]
        delivery = self._client.deliver(items, deadline)
        owners = [*records, *spans]
        refusals = [Refusal(owners[index], redact_text(reason)) for index, reason in delivery.refused.items()
                    if index < len(records)]
        for index, reason in delivery.refused.items():
            if index >= len(records):  # its record tells the same, so nothing is lost
                _log.error("Application Insights refused the span of run %s: %s",
                           owners[index].dimensions["run_id"], redact_text(reason))
        left = {id(owners[index]): owners[index] for index in delivery.left}
        return Sending(refusals=refusals, unsent=list(left.values()), problem=redact_text(delivery.problem))


class _ItemBuilder(AzureLogHandler):
    """OpenCensus' log handler as a builder of telemetry items; its own queue stays empty."""

    def build_trace(self, record: Record) -> Envelope:
        """A trace whose time is now: the service refuses for good what says that it is older than 48 hours."""
        log_record = logging.LogRecord(ROLE_NAME, record.severity, "", 0, record.message, None, None)
        item = self.log_record_to_envelope(log_record)
        item.tags = _tags(record, record.span.id if record.span else None)
        item.data.baseData.properties = dict(record.dimensions)  # without the handler's own: file, line, process
        return item

    def build_span(self, record: Record) -> Envelope:
        """A request or a dependency at the time when the run started, or as near to it as the service takes."""
        span, now = record.span, time.time()
        kind, data = _request(span) if span.parent_id is None else _dependency(span)
        return Envelope(
            iKey=self.options.instrumentation_key,
            name=f"Microsoft.ApplicationInsights.{kind}",
            time=timestamp_to_iso_str(min(now, max(span.start_ms / 1_000, now - _OLDEST_SECONDS))),
            tags=_tags(record, span.parent_id),
            data=Data(baseData=data, baseType=f"{kind}Data"))

    def _check_stats_collection(self) -> bool:
        """Statistics about the exporter itself are not sent to Microsoft."""
        return False


def _tags(record: Record, parent_id: str | None) -> dict[str, str]:
    known = {"ai.operation.id": record.operation_id, "ai.operation.parentId": parent_id,
             "ai.operation.name": record.span and record.span.pipeline}
    return {**azure_monitor_context, "ai.cloud.role": ROLE_NAME,
            **{name: value for name, value in known.items() if value}}


def _request(span: Span) -> tuple[str, Request]:
    return "Request", Request(**_shared(span), responseCode=span.result_code, url=span.url)


def _dependency(span: Span) -> tuple[str, RemoteDependency]:
    return "RemoteDependency", RemoteDependency(
        **_shared(span), resultCode=span.result_code, type=_STEP, target=span.target)


def _shared(span: Span) -> dict[str, Any]:
    return {"id": span.id, "name": span.name, "success": span.is_success,
            "duration": microseconds_to_duration(span.duration_ms * 1_000), "properties": dict(span.properties)}
