"""Answers to queries: what DuckDB returns, with Kusto's types."""
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import duckdb
from duckdb_kql.types import kusto_type

from local_azure.application_insights.errors import QueryError

MAX_ROWS = 500_000
MAX_BYTES = 100 << 20

_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    """A Kusto type: bool, datetime, decimal, dynamic, guid, int, long, real, string or timespan."""


@dataclass(frozen=True, slots=True)
class Table:
    """The result of a query. Datetimes are aware, in UTC; timespans are timedeltas; dynamic values are JSON text."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


def fetch(cursor: duckdb.DuckDBPyConnection, check: Callable[[], None] = lambda: None) -> Table:
    """All that the cursor's statement returns; `check` is called in between. Raises QueryError where it is too much."""
    columns = tuple(Column(name, kusto_type(kind)) for name, kind, *_ in cursor.description)
    conversions = {index: _CONVERSIONS[column.type] for index, column in enumerate(columns)
                   if column.type in _CONVERSIONS}
    conversions |= {index: _list_of_json for index, (_, kind, *_) in enumerate(cursor.description)
                    if str(kind) == "JSON[]"}
    return Table(columns, tuple(_converted(row, conversions) for row in _rows(cursor, check)))


def _rows(cursor: duckdb.DuckDBPyConnection, check: Callable[[], None]) -> Iterator[tuple[Any, ...]]:
    """As many as the service sends: see "Azure Monitor service limits"."""
    count = size_bytes = 0
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        check()
        count += len(rows)
        size_bytes += sum(len(value) for row in rows for value in row if isinstance(value, str))
        if count > MAX_ROWS or size_bytes > MAX_BYTES:
            raise QueryError(f"The answer has more than {MAX_ROWS:,} rows or {MAX_BYTES >> 20} MB, which Azure sends at"
                             " most: let the query filter, summarize or take")
        yield from rows


def _converted(row: tuple[Any, ...], conversions: Mapping[int, Callable[[Any], Any]]) -> tuple[Any, ...]:
    values = list(row)
    for index, convert in conversions.items():
        values[index] = convert(values[index])
    return tuple(values)


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=timezone.utc) if isinstance(value, datetime) and value.tzinfo is None else value


def _json_text(value: Any) -> Any:
    return json.dumps(value, default=_text) if isinstance(value, (dict, list)) else value


def _list_of_json(value: Any) -> Any:
    """The engine hands out the text of each element."""
    return None if value is None else f"[{', '.join('null' if each is None else each for each in value)}]"


def _text(value: Any) -> str:
    """A value that is no JSON, in a list that is."""
    return f"{value.isoformat(timespec='microseconds')}0Z" if isinstance(value, datetime) else str(value)


def _never_null(value: Any) -> Any:
    """Kusto has no null string: what an outer join or an aggregate finds none of is empty."""
    return "" if value is None else value


_CONVERSIONS = {"datetime": _aware, "dynamic": _json_text, "string": _never_null}
