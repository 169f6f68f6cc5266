"""Which sink the settings name. A library is imported only where it is used: each takes half a second to start."""
from azure.core.credentials import TokenCredential

from azure_access.tokens import TokenSource

from ..settings import OPENTELEMETRY, Ingestion, Settings
from .application_insights import ApplicationInsights, ItemBuilder
from .record_file import RecordFile
from .recorded import ApplicationInsightsQueries
from .sinks import RecordedRuns, Sink


def open_sink(settings: Settings, credential: TokenCredential) -> Sink:
    """The credential is asked for a token only where records are sent with one."""
    if settings.ingestion is None:
        return RecordFile(settings.record_file)
    items, scope = _items(settings.store, settings.ingestion), settings.ingestion.scope
    return ApplicationInsights(settings.ingestion, items, sends_spans=settings.sends_spans,
                               token=TokenSource(credential, scope) if scope else None)


def open_recorded(settings: Settings, credential: TokenCredential) -> RecordedRuns | None:
    """What reads back from the sink; None where the settings do not say enough for that."""
    if settings.ingestion is None:
        return RecordFile(settings.record_file)
    return ApplicationInsightsQueries(settings.ingestion, credential) if settings.ingestion.application_id else None


def _items(store: str, ingestion: Ingestion) -> ItemBuilder:
    if store == OPENTELEMETRY:
        from .opentelemetry_items import OpenTelemetryItems
        return OpenTelemetryItems(ingestion)
    from .opencensus_items import OpenCensusItems
    return OpenCensusItems(ingestion)
