"""Texts of several lines that stand in a text as one quoted or percent-encoded value: each has lines of its own."""
import re
from collections.abc import Callable, Iterator

from .views import View

_DOUBLE, _SINGLE = re.compile('"'), re.compile("'")
_AROUND_DATA = re.compile(r"[\s\"'`&?=;,]")


def find_islands(view: View) -> Iterator[tuple[int, int]]:
    """From where to where texts stand whose line breaks were escaped, from left to right and apart from each other."""
    end = 0
    at = view.text.find("\n")
    while at >= 0:
        if at >= end and view.levels[at]:
            start, end = _bounds(view, end, at)
            if start > 0 or end < len(view.text):
                yield start, end
        at = view.text.find("\n", max(at + 1, end))


def _bounds(view: View, floor: int, at: int) -> tuple[int, int]:
    """A line break belongs to the text between the signs that are one less deep than it, or less often data."""
    if view.data(at):
        return _between(view, _AROUND_DATA, view.data, view.data(at) - 1, floor, at) or (floor, len(view.text))
    for depth in (view.depth(at) - 1, view.depth(at)):  # the same, where the quotes are encoded in another way
        for quote in (_DOUBLE, _SINGLE):
            found = _between(view, quote, view.depth, depth, floor, at)
            if found:
                return found
    return floor, len(view.text)


def _between(view: View, signs: re.Pattern[str], level: Callable[[int], int], depth: int,
             floor: int, at: int) -> tuple[int, int] | None:
    starts = [sign.end() for sign in signs.finditer(view.text, floor, at) if level(sign.start()) == depth]
    if starts:
        for sign in signs.finditer(view.text, at + 1):
            if level(sign.start()) <= depth:
                return starts[-1], sign.start()
    return None
