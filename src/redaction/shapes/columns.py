"""Objects that keep names apart from values: members beside each other, and tables as lists of columns and of rows."""
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..names.grading import NONE, grade
from . import members

_COLUMNS = ("columns", "fields", "header", "headers", "column_names", "columnnames", "names")
ROWS = frozenset(("data", "rows", "values", "records"))
_LABEL_OF_COLUMN = ("name", "columnname", "column_name", "id", "field", "label")


def is_value_name(low: str) -> bool:
    """Whether a member of that name, in lower case, holds what another one names."""
    return low in members.VALUES or low.endswith(("value", "_val")) or low == "v"


def is_label_name(low: str) -> bool:
    """Whether a member of that name, in lower case, says what another one holds."""
    return low in members.LABELS or low.endswith(("name", "key")) or low == "k"


def find_columns(values: Mapping[str, Any], lower: Mapping[str, str]) -> dict[str, dict[int, int]]:
    """The member that holds the rows of a table, and for the numbers of its secret columns their grades."""
    for columns in (lower[name] for name in _COLUMNS if name in lower):
        graded = _grade_columns(values[columns])
        if graded:
            return {lower[rows]: graded for rows in ROWS if rows in lower and _is_table(values[lower[rows]])}
    return {}


def _grade_columns(columns: Any) -> dict[int, int]:
    if not isinstance(columns, Sequence) or isinstance(columns, str):
        return {}
    grades = (grade(name) for name in map(_name_of, columns))
    return {number: level for number, level in enumerate(grades) if level > NONE}


def _name_of(column: Any) -> str:
    if isinstance(column, Mapping):
        lower = {str(name).lower(): value for name, value in column.items()}
        column = next((lower[name] for name in _LABEL_OF_COLUMN if name in lower), "")
    return column if isinstance(column, str) else ""


def _is_table(rows: Any) -> bool:
    return isinstance(rows, Iterable) and all(isinstance(row, (list, tuple)) for row in rows)
