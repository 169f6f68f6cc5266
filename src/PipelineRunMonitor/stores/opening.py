"""Which sink the settings name. A library is imported only where it is used: each takes half a second to start."""
from azure.core.credentials import TokenCredential

from azure_access.tokens import TokenSource

from ..otlp_settings import Otlp
from ..settings import OPENTELEMETRY, Ingestion, Settings
from .application_insights import ApplicationInsights, ItemBuilder
from .record_file import RecordFile
from .recorded import ApplicationInsightsQueries
from .sinks import RecordedRuns, Sink


def open_sink(settings: Settings, credential: TokenCredential) -> Sink:
    """The credential is asked for a token only where records are sent with one."""
    if settings.otlp:
        return _open_otlp(settings.otlp, settings.sends_spans, credential)
    if settings.ingestion is None:
        return RecordFile(settings.record_file)
    items, scope = _items(settings.store, settings.ingestion), settings.ingestion.scope
    return ApplicationInsights(settings.ingestion, items, sends_spans=settings.sends_spans,
                               token=TokenSource(credential, scope) if scope else None)


def open_recorded(settings: Settings, credential: TokenCredential) -> RecordedRuns | None:
    """What reads back from the sink; None where the settings do not say enough for that, and of OTLP, which cannot."""
    if settings.otlp:
        return None
    if settings.ingestion is None:
        return RecordFile(settings.record_file)
    return ApplicationInsightsQueries(settings.ingestion, credential) if settings.ingestion.application_id else None


def _open_otlp(otlp: Otlp, sends_spans: bool, credential: TokenCredential) -> Sink:
    from .otlp.sink import OtlpSink
    return OtlpSink(otlp, sends_spans=sends_spans, token=TokenSource(credential, otlp.scope) if otlp.scope else None)


def _items(store: str, ingestion: Ingestion) -> ItemBuilder:
    if store == OPENTELEMETRY:
        from .opentelemetry_items import OpenTelemetryItems
        return OpenTelemetryItems(ingestion)
    from .opencensus_items import OpenCensusItems
    return OpenCensusItems(ingestion)
