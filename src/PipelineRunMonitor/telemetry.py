"""Records -> Application Insights, through OpenCensus; the only module that imports opencensus.

OpenCensus' handler queues a record and sends it some time later, from a thread that dies with the instance. Here it
builds the telemetry items, and `send` posts them itself: when it returns, the service has accepted every record.
"""
import json
import logging
from collections.abc import Sequence
from typing import Any

import requests
from opencensus.ext.azure.common.protocol import Envelope
from opencensus.ext.azure.log_exporter import AzureLogHandler
from requests.adapters import HTTPAdapter

from .errors import TelemetryError
from .records import Record
from .settings import Ingestion

ROLE_NAME = "PipelineRunMonitor"

_CONNECTIONS = 32  # kept open, one per thread of a busy worker


class Telemetry:
    """Sends records to one Application Insights resource over kept connections; safe to use from many threads."""

    def __init__(self, ingestion: Ingestion, timeout_seconds: float = 10.0):
        self._handler = _ItemBuilder(
            connection_string=(f"InstrumentationKey={ingestion.instrumentation_key};"
                               f"IngestionEndpoint={ingestion.endpoint}"),
            enable_local_storage=False)
        self._url = f"{ingestion.endpoint}/v2.1/track"
        self._timeout_seconds = timeout_seconds
        self._session = requests.Session()
        self._session.mount("https://", HTTPAdapter(pool_maxsize=_CONNECTIONS))

    def send(self, records: Sequence[Record]) -> None:
        """One POST for all of them. Raises TelemetryError unless every record was accepted."""
        if records:
            self._post([self._handler.build_item(record) for record in records])

    def _post(self, items: list[Envelope]) -> None:
        body = json.dumps(items, ensure_ascii=False, default=str).encode()
        try:
            response = self._session.post(self._url, data=body, timeout=self._timeout_seconds, allow_redirects=False,
                                          headers={"Content-Type": "application/json; charset=utf-8"})
        except requests.RequestException as exc:
            raise TelemetryError(f"Application Insights could not be reached at {self._url} ({type(exc).__name__}): "
                                 "check the IngestionEndpoint of APP_INSIGHTS_CONNECTION_STRING and the network"
                                 ) from exc
        if response.status_code != 200 or _count_accepted(response) != len(items):
            raise TelemetryError(f"Application Insights did not accept every record: HTTP {response.status_code}, "
                                 f"{response.text[:500]}")


class _ItemBuilder(AzureLogHandler):
    """OpenCensus' log handler as a builder of telemetry items; its own queue stays empty."""

    def build_item(self, record: Record) -> Envelope:
        log_record = logging.LogRecord(ROLE_NAME, record.severity, "", 0, record.message, None, None)
        log_record.traceId = record.operation_id
        item = self.log_record_to_envelope(log_record)
        item.tags["ai.cloud.role"] = ROLE_NAME
        item.data.baseData.properties = dict(record.dimensions)  # without the handler's own: file, line, process
        return item

    def _check_stats_collection(self) -> bool:
        """Statistics about the exporter itself are not sent to Microsoft."""
        return False


def _count_accepted(response: requests.Response) -> Any:
    try:
        return response.json().get("itemsAccepted")
    except (ValueError, AttributeError):
        return None
