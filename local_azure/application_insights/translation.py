"""Kusto queries as the SQL that DuckDB runs: duckdb-kql translates them, and what it writes is made faster here.

Most of the time goes into parsing the JSON of custom dimensions, where they are no columns: see kept_steps for these.
The rewritings here hold for every value, so no query has to be understood to be rewritten, and one that has none of
their forms stays as it is. None can be part of a text or of a name, where duckdb-kql doubles the quotes.
"""
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from duckdb_kql import KqlSchemaError, to_sql
from duckdb_kql.schema import Schema

from .kept_steps import with_kept_columns
from .kept_translations import kept_translation
from .kusto.dialect import install
from .kusto.scope import Query
from .text_macro import calling_macro

install()

CONFIGURATION = {
    # DuckDB would move filters ahead of the columns that they name, and parse the JSON behind these anew for each.
    "disabled_optimizers": "filter_pushdown",
}
"""What to open a database with, so that it runs such SQL fast."""

_KEY_OF_JSON = re.compile(r"""json_extract\("(\w+)", ('\$\.\w+')\)""")
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")
_FOR_ALL = " WHERE (('' IS NULL OR CAST('' AS VARCHAR) = '') OR "
"""How a filter begins that is for a parameter which is empty here: every row passes."""
_VALUE_AT_EXTREME = re.compile(
    r"""COALESCE\((arg_max|arg_min)\(\{'v': ("[^"]+")\}, ("[^"]+")\), any_value\(\{'v': \2\}\)\)\['v'\]"""
)


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL, and values for the parameters that it names."""

    sql: str
    parameters: dict[str, Any]


def translate(query: Query, parameters: Mapping[str, Any], tables: Schema) -> Statement:
    """A Kusto query as SQL for these tables, to be run where the time zone is UTC.

    Raises KqlError for what cannot be translated, or would write, and ValueError for a value of the wrong type.
    """
    if not parameters and (kept := kept_translation(str(query.text), query.functions, tables, faster)) is not None:
        return Statement(kept, {})
    translated = to_sql(str(query.text), schema=tables, parameters=dict(parameters), allow_write=False,
                        functions=list(query.functions))
    if translated.unbound:
        names = ", ".join(translated.unbound)
        raise KqlSchemaError(names, hint=f"no value is given for the declared parameter {names}")
    return Statement(faster(str(translated)), translated.parameters)


def faster(sql: str) -> str:
    """The same answers, sooner, on a connection with the macro of text_macro. Every step is a line of its own."""
    steps = with_kept_columns("\n".join(map(_without_filter_for_all, sql.split("\n")))).split("\n")
    return calling_macro(_with_plain_extremes("\n".join(map(_with_keys_read_together, steps))))


def _without_filter_for_all(step: str) -> str:
    """DuckDB would see that such a filter is always true, but not before it has planned the queries that are in it."""
    start = step.find(_FOR_ALL)
    if start < 0 or " IN (SELECT " not in step or step.count(" WHERE ", 0, start):
        return step
    bare = _QUOTED.sub(lambda quoted: "?" * len(quoted[0]), step)
    opening = start + len(" WHERE ")
    depth = 0
    for place in range(opening, len(bare)):
        depth += {"(": 1, ")": -1}.get(bare[place], 0)
        if not depth:
            return f"{step[:opening]}TRUE{step[place + 1:]}" if bare[place + 1:] in (")", "),") else step
    return step


def _with_keys_read_together(step: str) -> str:
    """One list of all keys that a step reads from a JSON column in place of each key alone.

    DuckDB computes equal expressions once, and so parses each document once for the step and not once for every key.
    """
    paths: dict[str, list[str]] = {}
    for column, path in _KEY_OF_JSON.findall(step):
        of_column = paths.setdefault(column, [])
        if path not in of_column:
            of_column.append(path)

    def read_together(found: re.Match[str]) -> str:
        column, path = found.groups()
        return f'json_extract("{column}", [{", ".join(paths[column])}])[{paths[column].index(path) + 1}]'
    return _KEY_OF_JSON.sub(read_together, step)


def _with_plain_extremes(sql: str) -> str:
    """arg_max and arg_min over the values themselves, where duckdb-kql wraps each in a struct to keep nulls.

    DuckDB has versions of both that keep nulls; when no row has anything to compare, any one will do.
    """
    return _VALUE_AT_EXTREME.sub(r"CASE WHEN count(\3) = 0 THEN first(\2) ELSE \1_null(\2, \3) END", sql)
