"""Which paths a name or pattern means: `*` and `?` within a name, `**` for any number of folders. Pure.

A pattern without a slash is looked for in every folder, as Git does with its own. The time a match takes grows with the
product of the lengths, whatever the pattern. An accent is the same whether it is a part of its letter or stands by
itself: the files of a Mac have the one, a keyboard gives the other.
"""
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_ANY = "**"
_WILD = re.compile("[*?]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """`names` are the parts of its `path`; that of one that `is_anywhere` is one name, in whichever folder; one that
    `is_plain` means what it says."""

    path: str
    names: tuple[str, ...]
    is_anywhere: bool
    is_plain: bool

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        path = composed(text).strip("/").removeprefix("./")
        is_anywhere = "/" not in path and not text.startswith("/")
        return cls(path, tuple(path.split("/")), is_anywhere, not _WILD.search(path))

    def matches(self, path: str) -> bool:
        """With forward slashes; case counts."""
        path = composed(path)
        if self.is_anywhere:
            return matches_name(path.rpartition("/")[2], self.path)
        if self.is_plain:
            return path == self.path
        return _fits(path.split("/"), self.names, _ANY, matches_name)


def matches_name(name: str, pattern: str) -> bool:
    """One name of a path, without slashes."""
    if not _WILD.search(pattern):
        return name == pattern
    start, _, end = pattern.partition("*")
    if not _WILD.search(start + end) and "*" in pattern:
        return len(name) >= len(start) + len(end) and name.startswith(start) and name.endswith(end)
    return _fits(name, pattern, "*", lambda character, wanted: wanted in ("?", character))


def _fits(found: Sequence[str], wanted: Sequence[str], any_number: str, fits: Callable[[str, str], bool]) -> bool:
    """One after the other, where `any_number` stands for as many as there may be: of several it is enough to come back
    to the last."""
    position = place = 0
    star, after_star = -1, 0
    while position < len(found):
        if place < len(wanted) and wanted[place] == any_number:
            star, after_star, place = place, position, place + 1
        elif place < len(wanted) and fits(found[position], wanted[place]):
            position, place = position + 1, place + 1
        elif star >= 0:
            after_star += 1
            position, place = after_star, star + 1
        else:
            return False
    return all(one == any_number for one in wanted[place:])


def composed(text: str) -> str:
    """With each accent as a part of its letter."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
