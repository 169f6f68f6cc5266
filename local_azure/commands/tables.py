"""The answer of a query as people and programs want it: a table, JSON or CSV.

An answer is a table in Kusto's shape: `{"Columns": [{"ColumnName": ..., "ColumnType": ...}], "Rows": [[...]]}`. Names
of runs and columns come from outside: a terminal obeys nothing in them, and a spreadsheet takes none for a formula.
"""
import csv
import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from rich.cells import cell_len

from ..terminal_texts import UNSEEN, terminal_text

_GAP = "  "
_TEXT_TYPES = (None, "string", "dynamic")
# As spreadsheets begin formulas, in the wide characters of East Asian keyboards too, and what they skip before one.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\n]")


def terminal_width() -> int | None:
    """Columns of the terminal that stdout is, or None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def format_table(answer: Mapping[str, Any], limit: int | None = None, width: int | None = None) -> str:
    """One line a row: the first `limit` rows, and the first columns as far as `width` goes; says what is left out."""
    if not answer["Rows"]:
        return "no rows"
    names = [_line(name) for name in _names(answer)]
    rows = [[_line(value) for value in row] for row in answer["Rows"][:limit]]
    widths = [max(map(cell_len, column)) for column in zip(names, *rows)]
    fitting = len(names) if width is None else _count_fitting(widths, width)
    lines = [_align(line, widths[:fitting]) for line in (names, ["-" * each for each in widths], *rows)]
    if fitting < len(names):
        lines.append(f"not shown for lack of width: {', '.join(names[fitting:])} "
                     "(`query` shows them with --format json or csv)")
    if len(rows) < len(answer["Rows"]):
        lines.append(f"… and {len(answer['Rows']) - len(rows)} more")
    return "\n".join(lines)


def format_json(answer: Mapping[str, Any]) -> str:
    """A list with an object a row; what would not be seen is escaped, which is the same JSON."""
    lines = json.dumps([dict(zip(_names(answer), row)) for row in answer["Rows"]], indent=2, ensure_ascii=False)
    return "\n".join(UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], line) for line in lines.split("\n"))


def format_csv(answer: Mapping[str, Any]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(spreadsheet_text, _names(answer)))
    are_texts = [column.get("ColumnType") in _TEXT_TYPES for column in answer["Columns"]]
    writer.writerows([spreadsheet_text(_text(value)) if is_text else _text(value)
                      for is_text, value in zip(are_texts, row)] for row in answer["Rows"])
    return text.getvalue().removesuffix("\n")


FORMATS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "table": lambda answer: format_table(answer, width=terminal_width()), "json": format_json, "csv": format_csv}


def spreadsheet_text(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it. Of what would not be seen only
    tabs and breaks of lines stay: a terminal may show the cell as well."""
    shown = UNSEEN.sub(lambda found: found[0] if found[0] in "\t\n" else terminal_text(found[0]),
                       text.replace("\r\n", "\n"))
    return f"'{shown}" if _FORMULA.match(shown) else shown


def _names(answer: Mapping[str, Any]) -> list[str]:
    return [column["ColumnName"] for column in answer["Columns"]]


def _text(value: Any) -> str:
    """Null is empty, and what has no text of its own its JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _line(value: Any) -> str:
    return terminal_text(" ".join(_text(value).replace("\t", " ").splitlines()))


def _align(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths)).rstrip()


def _count_fitting(widths: Sequence[int], width: int) -> int:
    """How many columns, at least one, fit the width with gaps between them."""
    ends = accumulate(widths, lambda end, next_width: end + len(_GAP) + next_width)
    return max(1, sum(end <= width for end in ends))
