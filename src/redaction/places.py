"""What the stations hand to each other: a place in a text that has to go, and why."""
from collections.abc import Iterable, Iterator
from typing import NamedTuple

REDACTED = "[redacted]"


class Place(NamedTuple):
    """Characters `start` to `end` go; `mark` stands there instead. A tuple, because there can be many."""
    start: int
    end: int
    station: str
    rule: str
    mark: str = REDACTED


def merge(places: Iterable[Place]) -> Iterator[Place]:
    """In the order of the text; of places that overlap, one that covers all."""
    last = None
    for place in sorted(places):
        if last is None:
            last = place
        elif place.start < last.end:
            if place.end > last.end:
                last = last._replace(end=place.end)
        else:
            yield last
            last = place
    if last is not None:
        yield last


def replace(text: str, places: Iterable[Place]) -> str:
    """The text with a mark in each place; places are in order and do not overlap."""
    pieces: list[str] = []
    end = 0
    for place in places:
        pieces += text[end:place.start], place.mark
        end = place.end
    return "".join(pieces) + text[end:]
