"""Rows into DuckDB's tables. A transaction costs milliseconds however few its rows are: they wait for a moment, as in
the service, where a record that was accepted is found minutes later, and are stored together.

What waits was accepted, so it is kept where there is no memory or disk for it, and tried again. Meanwhile nothing more
is accepted unless it is stored first.
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
_AGAIN_SECONDS = 1.0
_MOST_WAITING = 500  # rows
_WANT = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException, duckdb.FatalException,
         MemoryError, OSError)  # another try mends no other fault, such as a store that is closed
_IS_STORED = "Transaction COMMIT succeeded"  # what failed is the checkpoint after it: the engine has to be opened anew
_table_of = attrgetter("table")
_log = logging.getLogger(__name__)


class NotStoredError(Exception):
    """There is no memory or disk for what was to be stored; another try may succeed."""


class Writer:
    """Safe to use from many threads. Whoever reads the tables calls `flush` before."""

    def __init__(self, open_cursor: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]],
                 seconds: float = _SECONDS, again_seconds: float = _AGAIN_SECONDS):
        self._open_cursor, self._seconds, self._again_seconds = open_cursor, seconds, again_seconds
        self._turn = threading.Lock()  # of who writes
        self._lock = threading.Lock()  # of what waits
        self._waiting: list[Sequence[Row]] = []
        self._kept: list[Sequence[Row]] = []  # what could not be stored, and is tried again
        self._timer: threading.Timer | None = None

    def put(self, rows: Sequence[Row]) -> None:
        """They are stored soon, and at once where many wait. Raises NotStoredError where others wait for memory or disk
        and these cannot be stored either."""
        if self._kept:
            with self._turn:
                if problem := self._unstored(rows):
                    raise NotStoredError(f"Telemetry cannot be stored now: {problem}")
            return
        with self._lock:
            self._waiting.append(rows)
            are_many = sum(map(len, self._waiting)) > _MOST_WAITING
            self._start_timer(self._seconds)
        if are_many:
            self.flush()

    def flush(self) -> None:
        """Returns when all that was put is stored; what cannot be is told in the log."""
        with self._turn:
            kept, waiting = self._kept, [*self._kept, *self._take()]
            is_stored = len(waiting) > 1 and not self._problem(waiting)
            problems = [] if is_stored else [(rows, self._unstored(rows)) for rows in waiting]
            self._kept = [rows for rows, problem in problems if problem]
            if self._kept:
                with self._lock:
                    self._start_timer(self._again_seconds)
            if self._kept and not kept:
                _log.error("%s rows of telemetry wait until there is memory or disk for them: %s", _count(self._kept),
                           next(problem for _, problem in problems if problem))
            elif kept and not self._kept:
                _log.warning("the telemetry that waited for memory or disk is stored")

    def close(self) -> None:
        """As flush; what cannot be stored now is lost."""
        self.flush()
        with self._turn:
            lost, self._kept = [*self._kept, *self._take()], []  # and so stops trying
            if lost:
                _log.error("%s rows of telemetry are lost: there was no memory or disk for them", _count(lost))

    def clear(self) -> None:
        with self._turn, self._open_cursor() as cursor:
            self._take()
            self._kept = []
            cursor.begin()
            for table in TABLES:
                cursor.execute(f'DELETE FROM "{stored(table)}"')
            cursor.commit()

    def _start_timer(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = threading.Timer(seconds, self.flush)
            self._timer.daemon = True
            self._timer.start()

    def _take(self) -> list[Sequence[Row]]:
        with self._lock:
            waiting, self._waiting = self._waiting, []
            if self._timer:
                self._timer.cancel()
                self._timer = None
            return waiting

    def _unstored(self, rows: Sequence[Row]) -> Exception | None:
        """Stores what one request brought, so that it keeps no other out; why not yet, where another try may mend it.
        What none would mend is told in the log."""
        problem = self._problem([rows])
        if problem is None or isinstance(problem, _WANT):
            return problem
        _log.error("%s rows of telemetry could not be stored: %s", len(rows), problem)
        return None

    def _problem(self, waiting: Iterable[Sequence[Row]]) -> Exception | None:
        """Stores all or nothing; why nothing, where that is so."""
        try:
            rows = sorted((row for rows in waiting for row in rows), key=_table_of)
            with self._open_cursor() as cursor:
                cursor.begin()
                for table, group in groupby(rows, _table_of):
                    _insert_into(cursor, table, [row.values for row in group])
                cursor.commit()
        except Exception as exc:
            return None if _IS_STORED in str(exc).partition("\n")[0] else exc  # later errors quote it further down
        return None


def _count(waiting: Iterable[Sequence[Row]]) -> int:
    return sum(map(len, waiting))


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
