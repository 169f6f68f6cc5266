"""Fifth station: command lines in a text, known by the command they begin with."""
import re
from collections.abc import Iterator
from typing import NamedTuple

from ..decode.views import View
from ..places import Place
from ..tries import any_of
from .known_commands import NAMES, judge_words

_COMMAND = re.compile(any_of(NAMES, behind_first=r"(?<![\w.-].)") + r"(?:\.exe|\.sh|\.cmd|\.bat)?(?=[\s\"'])")
_PIECE = re.compile(r"\s+|\\\r?\n|\"(?:[^\"\\]|\\.)*\"?|'[^']*'?|[^\s\"']+", re.S)
_ENDS = re.compile(r"[|;&]{1,2}")
_SEPARATORS = re.compile(r",|\[|\]")  # of a list that is written as a text
_OPENING = re.compile(r"(?:^|[\s:=,(\[{])([\"'])[^\"'\n]*\Z")
_REACH = 200  # characters before a command in which the quote around it stands
_LONGEST = 2_000  # characters of a command line
_MOST_COMMANDS = 20_000
_QUOTES = ("\"", "'")


class Word(NamedTuple):
    """A word without the quotes around it."""
    start: int
    end: int
    text: str


def may_hold_command(low: str) -> bool:
    """Whether one of the commands stands in the text, which is in lower case."""
    return " " in low and _COMMAND.search(low) is not None


def find(view: View, low: str) -> Iterator[Place]:
    """Secret words of the command lines in a view."""
    end = 0
    for count, command in enumerate(_COMMAND.finditer(low)):
        if command.start() < end:
            continue
        if count >= _MOST_COMMANDS:
            yield Place(*view.origin(command.start(), len(view.text)), "arguments", "more commands than a text has")
            return
        start, limit = _bounds(view, command.start(), command.end())
        words, end = _split(view.text, start, limit)
        for at, argument in judge_words([word.text for word in words]):
            word = words[at]
            start, stop = view.origin(word.start + argument.start, word.start + argument.end)
            yield Place(start, stop, "arguments", argument.rule)


def _bounds(view: View, start: int, end: int) -> tuple[int, int]:
    """Where the words of a command begin, and how far they can go: to the quote around all of them, if there is one."""
    text, limit = view.text, min(len(view.text), end + _LONGEST)
    opening = _OPENING.search(text, max(0, start - _REACH), start)
    if not opening:
        return start, limit
    quote, depth = opening[1], view.depth(opening.start(1))
    if opening.end(1) == start and text[end:end + 1] == quote:
        return start - 1, limit
    at = text.find(quote, end, limit)
    while at >= 0 and view.depth(at) > depth:
        at = text.find(quote, at + 1, limit)
    return start, at if at >= 0 else limit


def _split(text: str, at: int, limit: int) -> tuple[list[Word], int]:
    """The words of a command line and where it ends. Pieces that stand together are one word, as in `-p'a b'`."""
    words: list[Word] = []
    is_glued = False
    while at < limit:
        found = _PIECE.match(text, at, limit)
        piece = found[0] if found else ""
        if not found or _ENDS.fullmatch(piece) or "\n" in piece and piece.isspace():
            break
        if piece.isspace() or piece.startswith("\\\n") or piece.startswith("\\\r") or _SEPARATORS.fullmatch(piece):
            is_glued = False
        elif is_glued:
            words[-1] = Word(words[-1].start, found.end(), text[words[-1].start:found.end()])
        else:
            words.append(_unquote(piece, found.start(), found.end()))
            is_glued = True
        at = found.end()
    return words, at


def _unquote(piece: str, start: int, end: int) -> Word:
    if piece[0] in _QUOTES:
        start += 1
        end -= len(piece) > 1 and piece[-1] == piece[0]
    return Word(start, end, piece[1:1 + end - start] if piece[0] in _QUOTES else piece)
