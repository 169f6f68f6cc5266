"""Tables as pictures, for answers that no chart shows better: a Vega-Lite specification made of texts.

`queries/charts/<query>.table.json` names the columns to show and their headings; `"transposed": true` makes a line of
each column instead, for an answer of one row. Numbers are read by the unit at the end of their column's name.
"""
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from dashboard.charts import STATUS_COLOURS

ROWS_SHOWN = 12

_LINE_HEIGHT = 25
_CHARACTER_WIDTH = 6.4  # of a text of 12 pixels, on average
_GAP = 20
_SYMBOL_WIDTH = 14  # before a status
_LENGTH = 48  # of the texts shown

Row = Mapping[str, Any]
Lines = Sequence[Sequence[str]]


def specification(table: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """The first rows, and how many more there are; long texts are shortened. `table` is a file's content."""
    columns = table["columns"]
    shown = [[_text(name, row[name]) for name in columns] for row in rows[:ROWS_SHOWN]]
    lines: Lines = [list(columns.values()), *shown]
    if table.get("transposed"):
        lines = list(zip(*lines))
    lefts = _lefts(lines)
    note = [_place(0, len(lines), f"… and {len(rows) - len(shown)} more", "quiet")] if len(rows) > len(shown) else []
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "description": table["description"],
        "data": {"values": [*_places(lines, lefts), *note]}, "width": lefts[-1],
        "height": _LINE_HEIGHT * (len(lines) + len(note)), "encoding": _POSITION, "layer": _LAYERS}


def _places(lines: Lines, lefts: Sequence[float]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines):
        for left, text in zip(lefts, line):
            if number and text in STATUS_COLOURS:
                yield _place(left, number, text, "status")
                left += _SYMBOL_WIDTH
            yield _place(left, number, text, "text" if number else "heading")


def _place(left: float, number: int, text: str, kind: str) -> dict[str, Any]:
    return {"left": left, "middle": _LINE_HEIGHT * (number + 0.5), "text": text, "kind": kind}


def _lefts(lines: Lines) -> list[float]:
    """Where each column begins, and after the last where the table ends."""
    widths = [max(_width(text) for text in column) for column in zip(*lines)]
    return list(accumulate((width + _GAP for width in widths), initial=0))


def _width(text: str) -> float:
    return len(text) * _CHARACTER_WIDTH + (_SYMBOL_WIDTH if text in STATUS_COLOURS else 0)


def _text(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%a} {value.day} {value:%b %H:%M}"
    if name.endswith("_seconds"):
        return _duration(value)
    if name.endswith("_ms"):
        return f"{value:.0f} ms" if value < 1000 else _duration(value / 1000)
    if name.endswith("_share"):
        return f"{value:.1%}"
    text = " ".join(str(value).split())
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH - 1].rstrip()}…"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _layer(kind: str, mark: Mapping[str, Any], encoding: Mapping[str, Any]) -> dict[str, Any]:
    return {"transform": [{"filter": f"datum.kind == '{kind}'"}], "mark": mark, "encoding": encoding}


def _status(scale_range: str) -> dict[str, Any]:
    return {"field": "text", "legend": None, "scale": {"domain": list(STATUS_COLOURS), "range": scale_range}}


_POSITION = {name: {"field": field, "type": "quantitative", "scale": None, "axis": None}
             for name, field in (("x", "left"), ("y", "middle"))}
_TEXT = {"text": {"field": "text"}}
_LAYERS = [
    _layer("text", {"type": "text", "align": "left"}, _TEXT),
    _layer("heading", {"type": "text", "align": "left", "style": "heading"}, _TEXT),
    _layer("quiet", {"type": "text", "align": "left", "style": "quiet"}, _TEXT),
    _layer("status", {"type": "point", "xOffset": 5}, {"color": _status("status"), "shape": _status("statusShape")})]
