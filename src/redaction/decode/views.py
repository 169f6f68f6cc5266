"""A text as it reads, each character with the way back to where it came from."""
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

DEEPEST = 15  # levels of encoding that are told apart


@dataclass(frozen=True, slots=True)
class View:
    """What `outer` reads as, or the original itself, which has no outer view.

    `levels` has a byte per character: what it was encoded with decides which quote closes which, and what ends a value.
    The low half counts how deep inside of quoted texts a quote is (`\\"` is 1, `\\\\\\"` is 2), the high half how often
    the character was written as data: percent-encoded or escaped for a shell.
    `ends` and `outer_ends` say where the pieces end, here and in the outer view: those that read as they are written
    are as long there; the others stand for one character of this view.
    """
    text: str
    levels: bytes
    outer: "View | None" = None
    ends: Sequence[int] = ()
    outer_ends: Sequence[int] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where characters `start` to `end` of the view, at least one, are in the original."""
        view = self
        while view.outer:
            start, end = view._outside(start)[0], view._outside(end - 1)[1]
            view = view.outer
        return start, end

    def _outside(self, at: int) -> tuple[int, int]:
        piece = bisect_right(self.ends, at)
        before = piece - 1
        length = self.ends[piece] - (self.ends[before] if piece else 0)
        start, end = self.outer_ends[before] if piece else 0, self.outer_ends[piece]
        if length != end - start:
            return start, end
        start = end - (self.ends[piece] - at)
        return start, start + 1

    def original(self) -> str:
        """The text that was decoded."""
        view = self
        while view.outer:
            view = view.outer
        return view.text

    def cut(self, start: int, end: int) -> "View":
        """A part of the view, as a view."""
        return View(self.text[start:end], self.levels[start:end], self, (0, end - start), (start, end))

    def depth(self, at: int) -> int:
        """How many quoted texts stand around the quote at `at`."""
        return self.levels[at] & 15

    def data(self, at: int) -> int:
        """How often the character was encoded as data, which ends nothing that is less encoded."""
        return self.levels[at] >> 4

    def letter(self, at: int) -> str:
        r"""The n of a line break that was written as `\n`: where a path was meant, a name may begin with it."""
        if not self.outer:
            return ""
        start, end = self.origin(at, at + 1)
        written = self.original()[start:end]
        return written[-1] if written[:1] == "\\" else ""


def plain(text: str) -> View:
    """The view of a text that holds nothing encoded."""
    return View(text, bytes(len(text)))
