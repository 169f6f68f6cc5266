"""How duckdb-kql writes that a dimension is read: what stands for a kept column in a query, and what its values are."""
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import duckdb
from duckdb_kql import to_sql

from .kept_dimensions import Unclear
from .kusto.dialect import install
from .schema import TABLES

install()

UNCLEAR = frozenset({"datetime", "longs", "reals"})
"""The kinds of columns that may have such values."""

_NAME = "dimension_name"
_READ = f"""json_extract("customDimensions", '$.{_NAME}')"""


@cache
def _template(function: str) -> str:
    sql = str(to_sql(f"traces | project value = {function}(customDimensions.{_NAME})",
                     schema={"traces": list(TABLES["traces"])}))
    return sql.split("_s1 AS (SELECT ", 1)[1].split(' AS "value" FROM _s0)', 1)[0]


def pattern(function: str) -> re.Pattern[str]:
    """Finds where a dimension, the first group, is read by a function of Kusto."""
    first, *others = re.escape(_template(function)).split(_NAME)
    return re.compile(rf"{first}(\w+)" + r"\1".join(others))


def cleared(cursor: duckdb.DuckDBPyConnection, values: Sequence[Any]) -> list[Any]:
    """The values, with what the engine makes of a text where that is unclear, in lists of them too."""
    return [cleared(cursor, value) if isinstance(value, list)
            else _cleared(cursor, value) if isinstance(value, Unclear) else value for value in values]


def _cleared(cursor: duckdb.DuckDBPyConnection, value: Unclear) -> Any:
    sql = _template(value.function).replace(_READ, "to_json($text::VARCHAR)")
    return cursor.execute(f"SELECT {sql}", {"text": value.text}).fetchall()[0][0]
