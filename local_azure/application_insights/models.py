"""The store behind the local Application Insights: telemetry items go in, Kusto queries come out.

DuckDB keeps the tables, in memory or in a file. Safe to use from several threads: writes take turns, and every query
has a cursor and a read-only snapshot of its own, in which is what was accepted before.
"""
import os
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from duckdb_kql.engine import schema
from duckdb_kql.schema import Schema

from local_azure.application_insights.answering import answer
from local_azure.application_insights.answers import Table
from local_azure.application_insights.envelopes import read
from local_azure.application_insights.fields import InvalidItemError
from local_azure.application_insights.interrupting import CURRENT, STORE_CLOSES, Interruption, QueryStoppedError
from local_azure.application_insights.schema import TABLES, create_statement
from local_azure.application_insights.translation import CONFIGURATION
from local_azure.application_insights.workspace_names import view_statements
from local_azure.application_insights.writing import Writer

QUERY_SECONDS = 30.0
MEMORY_MB = 1_024

_COUNTS = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in TABLES)
_AT_ONCE = 4  # more would be no faster, and share the memory
_CLOSE_SECONDS = 5  # what is being translated cannot be interrupted


@dataclass(frozen=True, slots=True)
class ItemError:
    index: int
    status_code: int
    message: str


@dataclass(frozen=True, slots=True)
class TrackAnswer:
    items_received: int
    items_accepted: int
    errors: tuple[ItemError, ...]


class TelemetryStore:
    """One Application Insights resource. A file is kept for the next time; without a path all is gone on close."""

    def __init__(self, path: Path | None = None, *, instrumentation_key: str, read_only: bool = False,
                 query_seconds: float = QUERY_SECONDS, memory_mb: int = MEMORY_MB) -> None:
        """A query may take `query_seconds`, unless it says another time itself, and all together `memory_mb`."""
        # Without external access a query cannot read this machine's files, which DuckDB would do for a table ['a.csv'].
        self._database = duckdb.connect(str(path or ":memory:"), read_only=read_only, config={
            "enable_external_access": False, "memory_limit": f"{memory_mb}MiB",
            "temp_directory": f"{path}.{os.getpid()}.tmp" if path else "",  # other processes may read the same file
            "max_temp_directory_size": f"{memory_mb}MiB", **CONFIGURATION})
        self._database.execute("SET GLOBAL TimeZone = 'UTC'")  # DuckDB would take the machine's
        self._instrumentation_key = instrumentation_key
        self._writer = Writer(self._cursor)
        self._users, self._users_changed = 0, threading.Condition()
        self._query_seconds, self._asked = query_seconds, set[Interruption]()
        self._turns = threading.Semaphore(_AT_ONCE)
        self._schema: Schema | None = None
        if not read_only:
            for table in TABLES:
                self._database.execute(create_statement(table))
            for statement in view_statements():
                self._database.execute(statement)

    def close(self) -> None:
        """Stops the queries that still run and waits for them, because DuckDB refuses to close while a cursor is busy,
        and stores what waits."""
        with self._users_changed:
            for interruption in self._asked:
                interruption.stop(QueryStoppedError(STORE_CLOSES))
            self._users_changed.wait_for(lambda: not self._users, _CLOSE_SECONDS)
        self._writer.close()
        with self._users_changed:
            self._users_changed.wait_for(lambda: not self._users, _CLOSE_SECONDS)
            self._database.close()

    def accept(self, items: Sequence[Any], now: datetime) -> TrackAnswer:
        """Store the items (parsed envelopes) that the service would take at `now`; refuse the others one by one. Raises
        NotStoredError where there is no memory or disk for them."""
        rows, errors = [], []
        for index, item in enumerate(items):
            try:
                rows += read(item, self._instrumentation_key, now)
            except (InvalidItemError, RecursionError) as exc:
                errors.append(ItemError(index, 400, str(exc)))
        if rows:
            self._writer.put(rows)
        return TrackAnswer(len(items), len(items) - len(errors), tuple(errors))

    def query(self, text: str, parameters: Mapping[str, Any] | None = None, seconds: float | None = None,
              tables: Collection[str] = TABLES) -> Table:
        """Answer a Kusto query; `parameters` are values for its `declare query_parameters`, `seconds` what it may take,
        where that is another time than the usual one, and `tables` which it means where it means all.

        Raises QueryError for a syntax error, an unknown table or column, or a construct that cannot run here, and
        QueryStoppedError when the time is over or somebody ends it: see interrupting.
        Nothing can be written: control commands that would are refused, and the transaction is read-only.
        """
        self._writer.flush()
        interruption = CURRENT.get() or Interruption()
        with self._asking(interruption), interruption.turn(self._turns), self._cursor() as cursor:
            known = self._known(cursor)
            with interruption.over(cursor, self._query_seconds if seconds is None else seconds):
                return answer(text, parameters or {}, cursor, known, interruption, tables)

    def knows(self, start: bytes) -> bool:
        """Whether telemetry that begins so may be for this resource: its items name the instrumentation key."""
        return self._instrumentation_key.encode() in start

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        self._writer.flush()
        with self._cursor() as cursor:
            return dict(cursor.execute(_COUNTS).fetchall())

    def clear(self) -> None:
        self._writer.clear()

    def _known(self, cursor: duckdb.DuckDBPyConnection) -> Schema:
        """Read once: no table comes or goes while the store is open."""
        if self._schema is None:
            self._schema = schema(cursor)
        return self._schema

    @contextmanager
    def _asking(self, interruption: Interruption) -> Iterator[None]:
        with self._users_changed:
            self._asked.add(interruption)
        try:
            yield
        finally:
            with self._users_changed:
                self._asked.discard(interruption)

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Made by one thread at a time, because a connection that is busy with another's call refuses to wait."""
        with self._users_changed:
            cursor = self._database.cursor()
            self._users += 1
        try:
            with cursor:
                yield cursor
        finally:
            with self._users_changed:
                self._users -= 1
                self._users_changed.notify_all()
