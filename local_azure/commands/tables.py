"""The answer of a query as people and programs want it: a table, JSON or CSV.

An answer is a table in Kusto's shape: `{"Columns": [{"ColumnName": ...}], "Rows": [[...]]}`.
"""
import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from tabulate import tabulate


def format_table(answer: Mapping[str, Any], limit: int | None = None) -> str:
    rows = answer["Rows"]
    shown = rows[:limit]
    text = tabulate(shown, headers=_names(answer), missingval="", disable_numparse=True) if rows else "no rows"
    return text if len(shown) == len(rows) else f"{text}\n… and {len(rows) - len(shown)} rows more"


def format_json(answer: Mapping[str, Any]) -> str:
    """A list with an object a row."""
    return json.dumps([dict(zip(_names(answer), row)) for row in answer["Rows"]], indent=2, ensure_ascii=False)


def format_csv(answer: Mapping[str, Any]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_names(answer))
    writer.writerows(answer["Rows"])
    return text.getvalue().rstrip("\n")


FORMATS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "table": format_table, "json": format_json, "csv": format_csv}


def _names(answer: Mapping[str, Any]) -> list[str]:
    return [column["ColumnName"] for column in answer["Columns"]]
