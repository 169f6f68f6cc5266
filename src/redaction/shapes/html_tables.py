"""Tables of HTML: where a header names a secret column, its cells in the rows below."""
import re
from collections.abc import Iterator

from ..decode.views import View
from ..names.grading import NONE, grade
from ..names.judging import is_secret_value
from ..places import Place

_ROW = re.compile(r"<tr[\s>]")
_CELL = re.compile(r"<t[hd](?:\s[^<>]{0,200})?>(?:\s{0,40}<[a-z][^<>]{0,200}>){0,3}\s{0,40}([^<>]{0,2000})")


def find(view: View, low: str) -> Iterator[Place]:
    """`low` is the text of the view in lower case."""
    if "<tr" not in low:
        return
    starts = [row.start() for row in _ROW.finditer(low)]
    levels: list[int] = []
    for start, end in zip(starts, [*starts[1:], len(low)]):
        cells = [cell.span(1) for cell in _CELL.finditer(low, start, end)]
        if len(cells) == len(levels) > 1:
            for level, cell in zip(levels, cells):
                yield from _judge(view, level, *cell)
        else:
            names = [grade(view.text[slice(*cell)].strip()) for cell in cells]
            levels = names if any(level > NONE for level in names) else []


def _judge(view: View, level: int, start: int, end: int) -> Iterator[Place]:
    value = view.text[start:end].rstrip()
    if value and is_secret_value(value, level):
        yield Place(*view.origin(start, start + len(value)), "names", "column of a table")
