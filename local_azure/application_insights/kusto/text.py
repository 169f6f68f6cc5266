"""Text that knows where it comes from.

A query is rewritten before it is translated, and an error in what it has become must be shown in what was written. So
each part remembers the offset in the original that it stands for: letter by letter where it was copied, as a whole
where it was made.
"""
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain


@dataclass(frozen=True, slots=True)
class Part:
    text: str
    origin: int
    is_copied: bool


@dataclass(frozen=True, slots=True)
class Text:
    parts: tuple[Part, ...] = ()

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)

    def __add__(self, other: "Text") -> "Text":
        return Text(self.parts + other.parts)

    def __bool__(self) -> bool:
        return any(part.text for part in self.parts)

    def origin(self, offset: int) -> int:
        """The place in the original of what stands at an offset of this text; that of its end for one past it."""
        place = 0
        for part in self.parts:
            place = part.origin + (min(offset, len(part.text)) if part.is_copied else 0)
            if offset < len(part.text):
                return place
            offset -= len(part.text)
        return place


def copied(source: str, start: int, stop: int) -> Text:
    """What stands between two offsets of the original."""
    return Text((Part(source[start:stop], start, True),)) if stop > start else Text()


def made(origin: int, *pieces: str | Text) -> Text:
    """A text of several pieces, those of which that are plain stand for one place in the original."""
    return Text(tuple(chain.from_iterable(
        (Part(piece, origin, False),) if isinstance(piece, str) else piece.parts for piece in pieces)))


def joined(origin: int, separator: str, texts: Iterable[Text]) -> Text:
    found = Text()
    for index, text in enumerate(texts):
        found += made(origin, separator, text) if index else text
    return found


def line_and_column(source: str, offset: int) -> tuple[int, int]:
    """Of an offset; both count from 1."""
    before = source[:offset].split("\n")
    return len(before), len(before[-1]) + 1


def offset_of(source: str, line: int, column: int) -> int:
    """Of a line that counts from 1 and a column that counts from 0, as the parser has them."""
    lines = source.split("\n")
    return min(sum(len(each) + 1 for each in lines[:line - 1]) + column, len(source))
