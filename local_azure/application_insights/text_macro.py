"""What duckdb-kql writes for `tostring(x)`, a kilobyte that names x eight times, as the call of a macro.

In a usual query that is a third of the SQL, which the engine would read anew for every answer.
"""
import re

from duckdb_kql import ir, translate

_NAME = "kusto_text"
_PARAMETER = '"x"'
_FORM = translate.render_kql_tostring(ir.ColumnRef("x"))
MACRO = f"CREATE OR REPLACE TEMP MACRO {_NAME}(x) AS {_FORM}"
"""For a connection that is to run SQL which calls it."""


def _form() -> re.Pattern[str]:
    """Finds the form of a column or of a text, its first group."""
    first, second, *others = map(re.escape, _FORM.split(_PARAMETER))
    value = r"""("(?:[^"]|"")+"|'(?:[^']|'')*')"""
    return re.compile(first + value + r"\1".join((second, *others)))


_WRITTEN_OUT = _form()


def calling_macro(sql: str) -> str:
    """The same SQL with calls of the macro. The form cannot be part of a text, where its quotes would be doubled."""
    return _WRITTEN_OUT.sub(rf"{_NAME}(\1)", sql)


def calls_macro(sql: str) -> bool:
    return f"{_NAME}(" in sql
