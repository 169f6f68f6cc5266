"""A Kusto query, answered by the tables of a connection; or the reason why it is not, and the place of that."""
from collections.abc import Collection, Mapping
from typing import Any

import duckdb
from duckdb_kql import KqlError, KqlSyntaxError, KqlUnsupportedError
from duckdb_kql.schema import Schema
from duckdb_kql.types import kusto_type

from .answers import Column, Table, fetch
from .errors import QueryError
from .interrupting import Interruption
from .kept_translations import is_of_timespans, note_timespans
from .kusto.explaining import function_name, message, unknown_name
from .kusto.places import name_place, step_with_fault
from .kusto.rewriting import rewritten
from .kusto.scope import NotSupportedError, Query, WrongQueryError
from .kusto.statements import prepared
from .kusto.text import copied, line_and_column, offset_of
from .kusto.timespans import MACROS, with_timespans
from .schema import TABLES
from .text_macro import MACRO, calls_macro
from .translation import Statement, translate

_WITHOUT_DATA = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
"""Faults that the engine finds before it reads any row."""
_FAULTS = (NotSupportedError, WrongQueryError, KqlError, duckdb.Error, ValueError, AssertionError, RecursionError)


def answer(text: str, parameters: Mapping[str, Any], connection: duckdb.DuckDBPyConnection, known: Schema,
           interruption: Interruption, tables: Collection[str] = TABLES) -> Table:
    """`known` are the connection's tables, and `tables` those that a query for all tables means. Raises QueryError.
    Nothing can be written: each transaction of the connection is read-only."""
    try:
        return _Answering(text, parameters, connection, known, interruption, tables).answer_all()
    except duckdb.InterruptException:  # in what is asked besides the query
        interruption.check()
        raise


class _Answering:
    """One query's way. It is the engine of its own rewriting."""

    def __init__(self, source: str, parameters: Mapping[str, Any], connection: duckdb.DuckDBPyConnection,
                 known: Schema, interruption: Interruption, tables: Collection[str]) -> None:
        self._source, self._parameters, self._connection = source, parameters, connection
        self._interruption = interruption
        self._begin()
        self._schema: Schema = {
            name: columns for name, columns in known.items() if name.rpartition(".")[2] in tables}
        self._tables = tuple(tables)

    def answer_all(self) -> Table:
        query = self._rewritten()
        if is_of_timespans(str(query.text)) and (table := self._with_timespans(query)) is not None:
            return table
        try:
            return self._fetched(query)
        except _FAULTS as exc:
            if isinstance(exc, duckdb.BinderException) and "INTERVAL" in str(exc):
                if (table := self._with_timespans(query)) is not None:
                    note_timespans(str(query.text))
                    return table
            raise self._error(query, exc) from exc

    def _with_timespans(self, query: Query) -> Table | None:
        """None where that is not what the query lacks."""
        with with_timespans():
            self._begin()
            self._connection.execute(MACROS)
            try:
                return self._fetched(query)
            except _FAULTS:
                return None

    def answer(self, query: Query) -> Table:
        try:
            return self._fetched(query)
        except _FAULTS as exc:
            raise self._error(query, exc) from exc

    def columns(self, query: Query) -> tuple[Column, ...]:
        try:
            found = self._run(query, "DESCRIBE ").fetchall()
        except _FAULTS as exc:
            raise self._error(query, exc) from exc
        return tuple(Column(name, kusto_type(kind)) for name, kind, *_ in found)

    def tables(self) -> tuple[str, ...]:
        return tuple(name for name in self._tables if name in self._schema)

    def _rewritten(self) -> Query:
        try:
            return rewritten(self._source, self)
        except KqlSyntaxError as exc:
            raise self._error(Query(prepared(self._source)), exc) from exc
        except (NotSupportedError, WrongQueryError, KqlError, RecursionError) as exc:
            raise self._error(Query(copied(self._source, 0, len(self._source))), exc) from exc

    def _fetched(self, query: Query) -> Table:
        return fetch(self._run(query), self._interruption.check)

    def _run(self, query: Query, verb: str = "") -> duckdb.DuckDBPyConnection:
        self._interruption.check()
        statement: Statement = translate(query, self._parameters, self._schema)
        self._interruption.check()
        if calls_macro(statement.sql):
            self._connection.execute(MACRO)
        return self._connection.execute(verb + statement.sql, statement.parameters)

    def _begin(self) -> None:
        """A fault ends a transaction: nothing can be asked in it any more."""
        try:
            self._connection.execute("ROLLBACK")
        except duckdb.TransactionException:
            pass
        self._connection.execute("BEGIN TRANSACTION READ ONLY")

    def _error(self, query: Query, exc: Exception) -> QueryError:
        """Raises QueryStoppedError where that is why there is no answer."""
        self._interruption.check()
        place = self._place(query, exc)
        text = message(exc, self._source, place)
        return QueryError(text) if place is None else QueryError(text, *line_and_column(self._source, place))

    def _place(self, query: Query, exc: Exception) -> int | None:
        if isinstance(exc, (NotSupportedError, WrongQueryError)):
            return exc.place
        if isinstance(exc, duckdb.OutOfMemoryException):
            return None
        span = exc.diagnostics[0].span if isinstance(exc, KqlSyntaxError) and exc.diagnostics \
            else exc.span if isinstance(exc, KqlUnsupportedError) else None
        if span:
            return query.origin(offset_of(str(query.text), span.line, span.column))
        name = unknown_name(exc) or function_name(exc)
        first = name_place(self._source, name) if name else None
        if first is not None and name_place(self._source, name, first + 1) is None:
            return first
        step = self._faulty_step(query, exc)
        if step is None:
            return first
        inside = name_place(self._source, name, *step) if name else None
        return step[0] if inside is None else inside

    def _faulty_step(self, query: Query, exc: Exception) -> tuple[int, int] | None:
        is_of_data = isinstance(exc, duckdb.Error) and not isinstance(exc, _WITHOUT_DATA)
        verb = "" if is_of_data else "EXPLAIN "
        try:
            return step_with_fault(query, lambda part: self._is_faulty(part, verb))
        except (KqlError, RecursionError):
            return None

    def _is_faulty(self, query: Query, verb: str) -> bool:
        self._begin()
        try:
            self._run(query, verb).fetchall()
        except _FAULTS:
            return True
        return False
