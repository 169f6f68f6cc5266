"""Tables: where a header names a secret column, its cells in the rows below."""
import re
from collections.abc import Iterator

from ..decode.views import View
from ..names.grading import NONE, grade
from ..names.judging import is_secret_value
from ..places import Place
from .found_names import may_hold_name

_RULE = re.compile(r"[\s|+:=_-]*")
_NAME = re.compile(r"[\"'`*]{0,2}([^\W\d][\w .#/()-]{0,60}?)[\"'`*]{0,2}")
_SEPARATORS = (("\t", re.compile(r"\t")), ("|", re.compile(r"\|")), (";", re.compile(";")), (",", re.compile(",")),
               ("  ", re.compile(r"\s{2,}|\t")))
_SPACES = re.compile(r"[ \t]+")


def find(view: View, low: str) -> Iterator[Place]:
    """The cells of secret columns, in tables with commas, semicolons, tabs, bars or two spaces between the cells."""
    text = view.text
    if "\n" not in text:
        return
    header: list[tuple[int, int, str]] = []
    separator, count, at = "", 0, 0
    while at < len(text):
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        if header:
            cells = _split(text, at, end, separator)
            if _RULE.fullmatch(text, at, end) and end > at:
                pass
            elif len(cells) == count or separator == "  " and 1 < len(cells) <= count + 2:
                yield from _read_row(view, header, cells)
            else:
                header = []
        if not header and end - at < 2_000 and may_hold_name(low[at:end]):
            separator, count, header = _read_header(text, at, end)
        at = end + 1


_WORD = re.compile(r"\S+")
_NUMBERED = re.compile(r"\n[ \t]*\d{1,9}[ \t]")
_INSERT = re.compile(r"\(([^()]{1,400})\)\s{1,8}values?\s{0,8}")
_ROW = re.compile(r",?\s{0,8}\(([^()]{1,2000})\)")


def find_inserts(view: View, low: str) -> Iterator[Place]:
    """`INSERT INTO users (name, password) VALUES ('bob', 'x')`"""
    for found in _INSERT.finditer(low) if "values" in low else ():
        names = [grade(name.strip(" \t\n\"'`[]")) for name in found[1].split(",")]
        at = found.end()
        while any(names) and (row := _ROW.match(view.text, at)):
            at = row.end()
            for level, (start, end) in zip(names, _split(view.text, *row.span(1), ",")):
                if end > start and is_secret_value(view.text[start:end], level):
                    yield Place(*view.origin(start, end), "names", "column of an INSERT")


def _read_row(view: View, header: list[tuple[int, int, str]], cells: list[tuple[int, int]]) -> Iterator[Place]:
    for column, level, name in header:
        if column >= len(cells):
            continue
        start, end = cells[column]
        value = view.text[start:end]
        if end > start and is_secret_value(value, level, name):
            yield Place(*view.origin(start, end), "names", f"{name}: column")


def _read_header(text: str, start: int, end: int) -> tuple[str, int, list[tuple[int, int, str]]]:
    """What separates the cells of the line, how many there are, and of the secret ones number, grade and name."""
    for sign, pattern in _SEPARATORS:
        if sign not in text[start:end]:
            continue
        cells = _split(text, start, end, sign)
        cells[0] = _without_lead(text, *cells[0])
        names = [_NAME.fullmatch(text, *cell) for cell in cells]
        filled = [name for name, cell in zip(names, cells) if cell[1] > cell[0]]
        if len(filled) < 2 or not all(filled):
            continue
        secret = [(at, grade(name[1]), name[1]) for at, name in enumerate(names) if name and grade(name[1]) > NONE]
        if secret:
            return sign, len(cells), secret
    return _read_frame(text, start, end)


def _without_lead(text: str, start: int, end: int) -> tuple[int, int]:
    """The first cell without what the line says before the table begins."""
    lead = max(text.rfind(sign, start, end) for sign in ":]>(")
    return _strip(text, lead + 1, end) if lead >= 0 else (start, end)


def _read_frame(text: str, start: int, end: int) -> tuple[str, int, list[tuple[int, int, str]]]:
    """The header of a printed data frame, whose rows begin with their number."""
    names = [(word[0], grade(word[0])) for word in _WORD.finditer(text, _without_lead(text, start, end)[0], end)]
    secret = [(at + 1, level, name) for at, (name, level) in enumerate(names) if level > NONE]
    is_frame = secret and _NUMBERED.match(text, end) and all(map(_NAME.fullmatch, (name for name, _ in names)))
    return (" ", len(names) + 1, secret) if is_frame else ("", 0, [])


def _split(text: str, start: int, end: int, separator: str) -> list[tuple[int, int]]:
    """The cells of a line, without spaces and quotes; commas in quotes do not separate."""
    pattern = dict(_SEPARATORS).get(separator, _SPACES)
    start, end = _strip(text, start, end) if separator == " " else (start, end)
    cells, at = [], start
    for sign in pattern.finditer(text, start, end):
        if separator in ",;" and text[at:at + 1] == '"' and text.count('"', at, sign.start()) % 2:
            continue
        cells.append(_strip(text, at, sign.start()))
        at = sign.end()
    cells.append(_strip(text, at, end))
    return cells


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end - start > 1 and text[start] == text[end - 1] and text[start] in "\"'":
        start, end = start + 1, end - 1
    return start, end
