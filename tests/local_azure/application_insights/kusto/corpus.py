"""Queries as people write them over these tables, with the answers that Kusto has by its documentation.

Each file of data/kusto is an area; each of its entries says what it shows and has either an answer, or the refusal that
a reader gets with its place and another query that asks for the same.
"""
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from local_azure.application_insights.models import TelemetryStore

AREAS = {
    "statements": "Statements", "operators": "Operators", "joins": "Joins", "aggregates": "Aggregates",
    "text": "Text", "dynamic": "Dynamic values", "conversions": "Conversions and numbers", "time": "Times",
    "rows": "Rows before and after", "series": "Series",
}
NOW = datetime(2022, 10, 6, 12, tzinfo=timezone.utc)

_KEY = "11111111-2222-3333-4444-555555555555"
_DATA = Path(__file__).parents[1] / "data" / "kusto"


@dataclass(frozen=True, slots=True)
class Entry:
    area: str
    shows: tuple[str, ...]
    """In Markdown, names of the language as code."""
    query: str
    columns: Mapping[str, str] | None = None
    """Kusto's types by the names; None where there are too many to say."""
    rows: tuple[Any, ...] = ()
    """As they are sent to a client."""
    refusal: str = ""
    place: tuple[int, int] = (0, 0)
    instead: str = ""


def entries() -> list[Entry]:
    return [Entry(title, **_fields(each)) for name, title in AREAS.items()
            for each in json.loads((_DATA / f"{name}.json").read_text("utf-8"))]


def _fields(entry: dict[str, Any]) -> dict[str, Any]:
    texts = {name: "\n".join(entry[name]) for name in ("query", "instead") if name in entry}
    tuples = {name: tuple(entry[name]) for name in ("shows", "rows", "place") if name in entry}
    return {**entry, **texts, **tuples}


def open_store() -> TelemetryStore:
    """Five runs, of which two failed, and a request."""
    sent = json.loads((_DATA / "telemetry.json").read_text("utf-8"))
    store = TelemetryStore(instrumentation_key=_KEY)
    answer = store.accept([{"iKey": _KEY, "name": "Microsoft.ApplicationInsights", **each} for each in sent], NOW)
    assert answer.errors == ()
    return store
