"""Rows into DuckDB's tables. A transaction costs milliseconds however few its rows are: they wait for a moment, as in
the service, where a record that was accepted is found minutes later, and are stored together.
"""
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from operator import attrgetter
from typing import Any

import duckdb

from local_azure.application_insights.envelopes import Row
from local_azure.application_insights.kept_templates import UNCLEAR, cleared
from local_azure.application_insights.schema import DUCKDB_TYPES, KEPT, TABLES, stored

_SECONDS = 0.1  # that rows wait, if nobody asks for them sooner
_MOST_WAITING = 500  # rows
_table_of = attrgetter("table")
_log = logging.getLogger(__name__)


class Writer:
    """Safe to use from many threads. Whoever reads the tables calls `flush` before."""

    def __init__(self, open_cursor: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]],
                 seconds: float = _SECONDS):
        self._open_cursor, self._seconds = open_cursor, seconds
        self._turn = threading.Lock()  # of who writes
        self._lock = threading.Lock()  # of what waits
        self._waiting: list[Sequence[Row]] = []
        self._timer: threading.Timer | None = None

    def put(self, rows: Sequence[Row]) -> None:
        """They are stored soon, and at once where many wait."""
        with self._lock:
            self._waiting.append(rows)
            are_many = sum(map(len, self._waiting)) > _MOST_WAITING
            if self._timer is None:
                self._timer = threading.Timer(self._seconds, self.flush)
                self._timer.daemon = True
                self._timer.start()
        if are_many:
            self.flush()

    def flush(self) -> None:
        """Returns when all that was put is stored; what cannot be is told in the log."""
        with self._turn:
            waiting = self._take()
            if len(waiting) > 1 and not self._problem(waiting):
                return
            for rows in waiting:  # so that one of them keeps no other out
                if problem := self._problem([rows]):
                    _log.error("%s rows of telemetry could not be stored: %s", len(rows), problem)

    def clear(self) -> None:
        with self._turn, self._open_cursor() as cursor:
            self._take()
            cursor.begin()
            for table in TABLES:
                cursor.execute(f'DELETE FROM "{stored(table)}"')
            cursor.commit()

    def _take(self) -> list[Sequence[Row]]:
        with self._lock:
            waiting, self._waiting = self._waiting, []
            if self._timer:
                self._timer.cancel()
                self._timer = None
            return waiting

    def _problem(self, waiting: Iterable[Sequence[Row]]) -> Exception | None:
        """Stores all or nothing; why nothing, where that is so: nobody waits for it."""
        rows = sorted((row for rows in waiting for row in rows), key=_table_of)
        try:
            with self._open_cursor() as cursor:
                cursor.begin()
                for table, group in groupby(rows, _table_of):
                    _insert_into(cursor, table, [row.values for row in group])
                cursor.commit()
        except Exception as exc:
            return exc
        return None


def _insert_into(cursor: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """All rows in one statement that takes a list per column: far faster than a statement, or a tuple, per row."""
    given = {name for row in rows for name in row}
    kinds = {name: kind for name, kind in {**TABLES[table], **KEPT.get(table, {})}.items() if name in given}
    names = ", ".join(f'"{name}"' for name in kinds)
    values = [[row.get(name, "" if kind == "string" else None) for row in rows] for name, kind in kinds.items()]
    values = [cleared(cursor, column) if kind in UNCLEAR else column
              for column, kind in zip(values, kinds.values(), strict=True)]
    if len(rows) == 1:  # planning the lists takes longer than one row does
        marks = ", ".join("?" * len(kinds))
        cursor.execute(f'INSERT INTO "{stored(table)}" ({names}) VALUES ({marks})', [value for [value] in values])
    else:
        lists = ", ".join(f"unnest(?::{DUCKDB_TYPES[kind]}[])" for kind in kinds.values())
        cursor.execute(f'INSERT INTO "{stored(table)}" ({names}) SELECT {lists}', values)
