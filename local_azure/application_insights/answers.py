"""Answers to queries: what DuckDB returns, with Kusto's types."""
import gc
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import duckdb
from duckdb_kql.types import kusto_type

from local_azure.application_insights.errors import QueryError

MAX_ROWS = 500_000
MAX_BYTES = 100 << 20

_ROWS_AT_ONCE = 1_000  # few, so that what is made of them is near the processor

_Conversion = Callable[[Sequence[Any]], Sequence[Any]]
"""Of the values of a column."""


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


class _Unsearched:
    """No search for garbage: a large answer is a million objects and no garbage, and to look through them again and
    again takes a tenth of the time of its query. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock, self._users, self._was_searched = threading.Lock(), 0, False

    def __enter__(self) -> None:
        with self._lock:
            if not self._users:
                self._was_searched = gc.isenabled()
                gc.disable()
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if not self._users and self._was_searched:
                gc.enable()


_UNSEARCHED = _Unsearched()


def fetch(cursor: duckdb.DuckDBPyConnection, check: Callable[[], None] = lambda: None) -> Table:
    """All that the cursor's statement returns; `check` is called in between. Raises QueryError where it is too much."""
    columns = tuple(Column(name, kusto_type(kind)) for name, kind, *_ in cursor.description)
    conversions = {index: _CONVERSIONS[column.type] for index, column in enumerate(columns)
                   if column.type in _CONVERSIONS}
    conversions |= {index: _lists_of_json for index, (_, kind, *_) in enumerate(cursor.description)
                    if str(kind) == "JSON[]"}
    with _UNSEARCHED:
        return Table(columns, tuple(_rows(cursor, check, conversions)))


def _rows(cursor: duckdb.DuckDBPyConnection, check: Callable[[], None],
          conversions: Mapping[int, _Conversion]) -> Iterator[tuple[Any, ...]]:
    """As many as the service sends: see "Azure Monitor service limits". Each column is converted as a whole, because
    a call for every value takes longer than what it does."""
    count = size_bytes = 0
    texts = [index for index, convert in conversions.items() if convert is not _aware]
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        check()
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for index, convert in conversions.items():
            columns[index] = convert(columns[index])
        count += len(rows)
        size_bytes += sum(sum(map(len, filter(None, columns[index]))) for index in texts)
        if count > MAX_ROWS or size_bytes > MAX_BYTES:
            raise QueryError(f"The answer has more than {MAX_ROWS:,} rows or {MAX_BYTES >> 20} MB, which Azure sends at"
                             " most: let the query filter, summarize or take")
        yield from zip(*columns, strict=True)


def _aware(values: Sequence[Any]) -> Sequence[Any]:
    return [value.replace(tzinfo=timezone.utc) if isinstance(value, datetime) and value.tzinfo is None else value
            for value in values]


def _json_texts(values: Sequence[Any]) -> Sequence[Any]:
    return [json.dumps(value, default=_text) if isinstance(value, (dict, list)) else value for value in values]


def _lists_of_json(values: Sequence[Any]) -> Sequence[Any]:
    """The engine hands out the text of each element."""
    return [None if value is None else f"[{', '.join('null' if each is None else each for each in value)}]"
            for value in values]


def _text(value: Any) -> str:
    """A value that is no JSON, in a list that is."""
    return f"{value.isoformat(timespec='microseconds')}0Z" if isinstance(value, datetime) else str(value)


def _never_null(values: Sequence[Any]) -> Sequence[Any]:
    """Kusto has no null string: what an outer join or an aggregate finds none of is empty."""
    return ["" if value is None else value for value in values] if None in values else values


_CONVERSIONS: Mapping[str, _Conversion] = {"datetime": _aware, "dynamic": _json_texts, "string": _never_null}
