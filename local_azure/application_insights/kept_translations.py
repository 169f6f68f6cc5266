"""Translations of queries, kept: a page asks the same ones again and again, and only the times in them are others.

To read Kusto and write SQL takes several times as long as to answer that SQL over a week of runs. duckdb-kql does not
look into a time: the X of `datetime(X)` stands in the SQL as it was written. So a query is translated once with a
stand-in for each of its times, which every later one replaces by its own.
"""
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from duckdb_kql import KqlError, to_sql
from duckdb_kql.schema import Schema

from .kusto.timespans import are_with_timespans

_KEPT = 256
_STAND_IN = "1601-01-01T00:00:00."  # the first day that Windows knows, which no record has
_TIME = re.compile(r"(?<=datetime\()[0-9][0-9TZ:.+ -]*(?=\))")
_STAND_INS = re.compile(rf"{re.escape(_STAND_IN)}\d{{6}}")
_OF_TIMESPANS = set[str]()

Write = Callable[[str], str]
"""What is made of a translation, and is kept with it."""
_Tables = tuple[tuple[str, tuple[str, ...]], ...]


def kept_translation(text: str, functions: tuple[str, ...], tables: Schema, write: Write) -> str | None:
    """The SQL of a query without parameters; None where it has to be translated for itself, if only to say why it
    cannot be. `write` has to leave the texts in the SQL as they are."""
    if _STAND_IN in text or "declare" in text:
        return None
    stand_ins: dict[str, str] = {}
    general = _general(text, stand_ins), tuple(_general(function, stand_ins) for function in functions)
    schema = tuple((name, tuple(columns)) for name, columns in tables.items())
    try:
        sql = _translated(*general, schema, are_with_timespans(), write)
    except (KqlError, ValueError, AssertionError, RecursionError):
        return None
    return _with_times(sql, {name: time for time, name in stand_ins.items()})


def is_of_timespans(text: str) -> bool:
    """Whether it is known of the query, whatever times are in it, that it is one for timespans."""
    return _general(text, {}) in _OF_TIMESPANS


def note_timespans(text: str) -> None:
    """Such a query fails as one of numbers: to find that out again would take half of its time."""
    if len(_OF_TIMESPANS) >= _KEPT:
        _OF_TIMESPANS.clear()
    _OF_TIMESPANS.add(_general(text, {}))


def _general(text: str, stand_ins: dict[str, str]) -> str:
    """The text with a stand-in for each of its times, by the time: these that are there, and new ones."""
    return _TIME.sub(lambda time: stand_ins.setdefault(time[0], f"{_STAND_IN}{len(stand_ins):06}"), text)


@lru_cache(_KEPT)
def _translated(text: str, functions: tuple[str, ...], tables: _Tables, with_timespans: bool, write: Write) -> str:
    return write(str(to_sql(text, schema={name: list(columns) for name, columns in tables}, allow_write=False,
                            functions=list(functions))))


def _with_times(sql: str, times: Mapping[str, str]) -> str:
    return _STAND_INS.sub(lambda found: times[found[0]], sql)
