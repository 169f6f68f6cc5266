"""Records -> one Application Insights resource, as traces and, if wanted, with the spans of their runs.

Two libraries know how to say a record as a telemetry item, OpenCensus and its successor OpenTelemetry; what becomes of
the items is the same for both: when `send` returns, that is known of every record.
"""
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Protocol

from azure_access.deadline import Deadline
from azure_access.log_texts import log_text
from azure_access.tokens import TokenSource

from ..records.record import Record
from ..records.spans import Span
from ..settings import Ingestion
from .ingestion import IngestionClient
from .sinks import Refusal, Sending

_OLDEST_SECONDS = 47 * 3_600  # the service refuses for good what says that it is older than 48 hours
_log = logging.getLogger(__name__)


class ItemBuilder(Protocol):
    """Says a record as telemetry items, in the form that `json` can write."""

    def build_trace(self, record: Record) -> Mapping[str, Any]:
        """A trace whose time is now."""

    def build_span(self, span: Span, operation_id: str, shown: datetime) -> Mapping[str, Any]:
        """A request or a dependency for the span of a record, at the time at which it is to be shown."""


class ApplicationInsights:
    """The sink for one resource; safe to use from many threads."""

    name, setting = "Application Insights", "APP_INSIGHTS_CONNECTION_STRING"

    def __init__(self, ingestion: Ingestion, items: ItemBuilder, *, sends_spans: bool,
                 token: TokenSource | None = None):
        self._items, self._sends_spans = items, sends_spans
        self._client = IngestionClient(ingestion.endpoint, token)

    def send(self, records: Sequence[Record], deadline: Deadline) -> Sending:
        """One POST for all of them. A record counts as unsent while any item of it is."""
        if not records:
            return Sending()
        with_spans = [(record, record.span) for record in records if record.span and self._sends_spans]
        items = [*map(self._items.build_trace, records),
                 *(self._items.build_span(span, record.operation_id, _shown(span)) for record, span in with_spans)]
        delivery = self._client.deliver(items, deadline)
        owners = [*records, *(record for record, _ in with_spans)]
        refusals = []
        for index, reason in delivery.refused.items():
            refusal = Refusal(owners[index], log_text(reason))
            if index < len(records):
                refusals.append(refusal)
            else:  # its record tells the same, so nothing is lost
                _log.error("Application Insights refused the span of run %s: %s",
                           log_text(refusal.record.dimensions["run_id"]), refusal.reason)
        left = {id(owners[index]): owners[index] for index in delivery.left}
        return Sending(refusals, list(left.values()), log_text(delivery.problem))


def _shown(span: Span) -> datetime:
    """When the run started, or as near to it as the service takes."""
    now = time.time()
    shown = min(now, max(span.start_ms / 1_000, now - _OLDEST_SECONDS))
    return datetime.fromtimestamp(shown, timezone.utc)
