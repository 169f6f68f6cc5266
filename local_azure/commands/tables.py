"""The answer of a query as people and programs want it: a table, JSON or CSV.

An answer is a table in Kusto's shape: `{"Columns": [{"ColumnName": ...}], "Rows": [[...]]}`.
"""
import csv
import io
import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from rich.cells import cell_len

_GAP = "  "


def terminal_width() -> int | None:
    """Columns of the terminal that stdout is, or None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def format_table(answer: Mapping[str, Any], limit: int | None = None, width: int | None = None) -> str:
    """One line a row: the first `limit` rows, and the first columns as far as `width` goes; says what is left out."""
    if not answer["Rows"]:
        return "no rows"
    names = _names(answer)
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
    """A list with an object a row."""
    return json.dumps([dict(zip(_names(answer), row)) for row in answer["Rows"]], indent=2, ensure_ascii=False)


def format_csv(answer: Mapping[str, Any]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_names(answer))
    writer.writerows([_text(value) for value in row] for row in answer["Rows"])
    return text.getvalue().removesuffix("\n")


FORMATS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "table": lambda answer: format_table(answer, width=terminal_width()), "json": format_json, "csv": format_csv}


def _names(answer: Mapping[str, Any]) -> list[str]:
    return [column["ColumnName"] for column in answer["Columns"]]


def _text(value: Any) -> str:
    """Null is empty, and what has no text of its own its JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _line(value: Any) -> str:
    return " ".join(_text(value).replace("\t", " ").splitlines())


def _align(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths)).rstrip()


def _count_fitting(widths: Sequence[int], width: int) -> int:
    """How many columns, at least one, fit the width with gaps between them."""
    ends = accumulate(widths, lambda end, next_width: end + len(_GAP) + next_width)
    return max(1, sum(end <= width for end in ends))
