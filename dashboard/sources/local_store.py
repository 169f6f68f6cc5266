"""The store of this machine as a source: the local Azure's own, or one that a file was read into."""
from dashboard.sources.source import About, Answer, Column, SourceError
from local_azure.application_insights.errors import QueryError
from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.routes import answer_v1

SAMPLE = ("To send some events, in another terminal:",
          ".venv/bin/python -m local_azure send tests/data/events/event_grid_run_completed.json")
REFRESH_SECONDS = 2.0


class LocalStore:
    """Closing it leaves the store open: it is another's."""

    def __init__(self, store: TelemetryStore, name: str = "the local Azure of this machine",
                 when_empty: tuple[str, str] = SAMPLE) -> None:
        self._store = store
        self.about = About(name, when_empty, REFRESH_SECONDS)

    def query(self, text: str) -> Answer:
        try:
            table = self._store.query(text)
        except QueryError as exc:
            raise SourceError(exc.message, exc.line, exc.column) from exc
        return Answer(tuple(Column(column.name, column.type) for column in table.columns),
                      answer_v1(table)["Tables"][0]["Rows"])

    def count_records(self) -> int:
        return sum(self._store.counts().values())

    def close(self) -> None:
        pass
