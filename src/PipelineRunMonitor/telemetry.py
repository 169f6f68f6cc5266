"""Records -> Application Insights, through OpenCensus; the only module that imports opencensus.

OpenCensus' handler queues a record and sends it some time later, from a thread that dies with the instance. Here it
builds the telemetry items and `send` delivers them: when it returns, what became of every record is known.
"""
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from opencensus.ext.azure.common.protocol import Envelope
from opencensus.ext.azure.log_exporter import AzureLogHandler

from .deadline import Deadline
from .ingestion import IngestionClient
from .records import Record
from .redaction import redact_text
from .settings import Ingestion

ROLE_NAME = "PipelineRunMonitor"


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
    """Sends records to one Application Insights resource; safe to use from many threads."""

    def __init__(self, ingestion: Ingestion):
        self._items = _ItemBuilder(
            connection_string=(f"InstrumentationKey={ingestion.instrumentation_key};"
                               f"IngestionEndpoint={ingestion.endpoint}"),
            enable_local_storage=False)
        self._client = IngestionClient(ingestion.endpoint)

    def send(self, records: Sequence[Record], deadline: Deadline) -> Sending:
        """One POST for all of them."""
        if not records:
            return Sending()
        delivery = self._client.deliver([self._items.build(record) for record in records], deadline)
        return Sending(
            refusals=[Refusal(records[index], redact_text(reason)) for index, reason in delivery.refused.items()],
            unsent=[records[index] for index in delivery.left],
            problem=redact_text(delivery.problem))


class _ItemBuilder(AzureLogHandler):
    """OpenCensus' log handler as a builder of telemetry items; its own queue stays empty."""

    def build(self, record: Record) -> Envelope:
        """A trace whose time is now: the service refuses for good what says that it is older than 48 hours."""
        log_record = logging.LogRecord(ROLE_NAME, record.severity, "", 0, record.message, None, None)
        log_record.traceId = record.operation_id
        item = self.log_record_to_envelope(log_record)
        item.tags["ai.cloud.role"] = ROLE_NAME
        item.data.baseData.properties = dict(record.dimensions)  # without the handler's own: file, line, process
        return item

    def _check_stats_collection(self) -> bool:
        """Statistics about the exporter itself are not sent to Microsoft."""
        return False
