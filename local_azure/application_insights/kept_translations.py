"""Translations of queries, kept: a page asks the same ones again and again, and only times and names in them differ.

To read Kusto and write SQL takes several times as long as to answer that SQL over a week of runs. So a query is
translated once with a stand-in for each of its times, and for each text that a `let` names, such as what a page filters
by; every later one puts its own in their place. duckdb-kql does not look into a time: the X of `datetime(X)` stands in
the SQL as it was written. Into a few texts it does, to make a pattern of them: where the SQL has one otherwise than as
a text of its own, or as a term to be found, the query is translated for each of its texts.
"""
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from duckdb_kql import KqlError, to_sql
from duckdb_kql.schema import Schema

from .kusto.timespans import are_with_timespans

_KEPT = 256
_TIME_STAND_IN = "1601-01-01T00:00:00."  # the first day that Windows knows, which no record has
_TEXT_STAND_IN = "Some text of 1601-01-01, "
_TIME = re.compile(r"(?<=datetime\()[0-9][0-9TZ:.+ -]*(?=\))")
# Written alike in Kusto and in SQL, and without a time. An empty text is none of them: by that, all rows are asked for.
_TEXT = re.compile(r"^(let \w+ = ')([^'\\()\x00-\x1f\x7f]+)(?=';)", re.MULTILINE)
_STAND_INS = re.compile(rf"(?:{re.escape(_TIME_STAND_IN)}|{re.escape(_TEXT_STAND_IN)})\d{{6}}")
_OF_TIMESPANS = set[str]()

Write = Callable[[str], str]
"""What is made of a translation, and is kept with it."""
_Tables = tuple[tuple[str, tuple[str, ...]], ...]


def kept_translation(text: str, functions: tuple[str, ...], tables: Schema, write: Write) -> str | None:
    """The SQL of a query without parameters; None where it has to be translated for itself, if only to say why it
    cannot be. `write` has to leave the texts in the SQL as they are."""
    if _TIME_STAND_IN in text or _TEXT_STAND_IN in text or "declare" in text:
        return None
    times: dict[str, str] = {}
    texts: dict[str, str] = {}
    with_texts = _without_times(text, times)
    with_none = _without_texts(with_texts, texts)
    others = (tuple(_without_times(function, times) for function in functions),
              tuple((name, tuple(columns)) for name, columns in tables.items()), are_with_timespans(), write)
    sql = _translated(with_none, tuple(texts.values()), *others) or texts and _translated(with_texts, (), *others)
    return _filled(sql, {stand_in: own for found in (times, texts) for own, stand_in in found.items()}) if sql else None


def is_of_timespans(text: str) -> bool:
    """Whether it is known of the query, whatever times and texts are in it, that it is one for timespans."""
    return _general(text) in _OF_TIMESPANS


def note_timespans(text: str) -> None:
    """Such a query fails as one of numbers: to find that out again would take half of its time."""
    if len(_OF_TIMESPANS) >= _KEPT:
        _OF_TIMESPANS.clear()
    _OF_TIMESPANS.add(_general(text))


def _general(text: str) -> str:
    return _without_texts(_without_times(text, {}), {})


def _without_times(text: str, stand_ins: dict[str, str]) -> str:
    """The text with a stand-in for each of its times, by the time: these that are there, and new ones."""
    return _TIME.sub(lambda time: stand_ins.setdefault(time[0], f"{_TIME_STAND_IN}{len(stand_ins):06}"), text)


def _without_texts(text: str, stand_ins: dict[str, str]) -> str:
    """Likewise with the texts that are named."""
    return _TEXT.sub(
        lambda found: found[1] + stand_ins.setdefault(found[2], f"{_TEXT_STAND_IN}{len(stand_ins):06}"), text)


@lru_cache(_KEPT)
def _translated(text: str, stand_ins: tuple[str, ...], functions: tuple[str, ...], tables: _Tables,
                with_timespans: bool, write: Write) -> str | None:
    """None where that cannot be, or is only for these texts."""
    try:
        sql = write(str(to_sql(text, schema={name: list(columns) for name, columns in tables}, allow_write=False,
                               functions=list(functions))))
    except (KqlError, ValueError, AssertionError, RecursionError):
        return None
    return sql if all(_stands_alone(each, sql) for each in stand_ins) else None


def _stands_alone(stand_in: str, sql: str) -> bool:
    """Whether it is in the SQL, everywhere as a text of its own and nowhere as one whose letters were looked at."""
    return sql.count(stand_in) == len(re.findall(rf"(?<!regexp_escape\()'{stand_in}'", sql)) > 0


def _filled(sql: str, stand_ins: Mapping[str, str]) -> str:
    return _STAND_INS.sub(lambda found: stand_ins[found[0]], sql)
