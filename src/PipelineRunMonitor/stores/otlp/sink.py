"""Records -> an OpenTelemetry backend: a log record each and, if wanted, the span of its run."""
import logging
from collections.abc import Sequence

from azure_access.deadline import Deadline
from azure_access.log_texts import log_text
from azure_access.tokens import TokenSource

from ...otlp_settings import Otlp
from ...records.record import Record
from ..sinks import Refusal, Sending
from .client import OtlpClient
from .encoding import encode_records, encode_spans_of

_log = logging.getLogger(__name__)


class OtlpSink:
    """The sink for one backend; safe to use from many threads."""

    name, setting = "the OpenTelemetry backend", "OTEL_EXPORTER_OTLP_ENDPOINT"

    def __init__(self, otlp: Otlp, *, sends_spans: bool, token: TokenSource | None = None):
        self._sends_spans = sends_spans
        self._logs = OtlpClient(otlp.logs, otlp, encode_records, token)
        self._traces = OtlpClient(otlp.traces, otlp, encode_spans_of, token)

    def send(self, records: Sequence[Record], deadline: Deadline) -> Sending:
        """Log records first, and then the spans of those that were accepted. A record counts as unsent while its span
        is; of a refused span its record tells the same, so nothing is lost."""
        logs = self._logs.deliver(records, deadline)
        accepted = [record for index, record in enumerate(records)
                    if index not in logs.refused and index not in logs.left and record.span and self._sends_spans]
        traces = self._traces.deliver(accepted, deadline)
        for index, reason in traces.refused.items():
            _log.error("%s refused the span of run %s: %s", self.name, log_text(accepted[index].dimensions["run_id"]),
                       log_text(reason))
        return Sending(
            [Refusal(records[index], log_text(reason)) for index, reason in logs.refused.items()],
            [*(records[index] for index in logs.left), *(accepted[index] for index in traces.left)],
            log_text("; ".join(filter(None, (logs.problem, traces.problem)))))
