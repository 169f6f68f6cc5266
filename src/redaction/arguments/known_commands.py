"""Which words of a command line the manual of its command says are secret."""
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..names.grading import NONE, grade
from ..names.judging import is_placeholder
from .commands import read_options, read_words

OPTIONS = read_options()
WORDS = read_words()
NAMES = sorted({*OPTIONS, *WORDS})

_FOLDERS = re.compile(r"[/\\]")
_SUFFIX = re.compile(r"\.(?:exe|sh|cmd|bat)$")
_GLUED = frozenset("*=:%,")
_MARKS = frozenset(":%,")  # what stands between a user's name and the password
_SETTINGS = frozenset(("git", "gcloud"))  # what they set is secret where its name says so
_NO_VALUE = ("-", "/user", "/pers")


class Argument(NamedTuple):
    """The part of a word that is secret, and why."""
    start: int
    end: int
    rule: str


def judge_words(words: Sequence[str]) -> Iterator[tuple[int, Argument]]:
    """The numbers of the words of a command line that are secret; of one whose command is not known, none."""
    if len(words) < 2:
        return
    command = _SUFFIX.sub("", _FOLDERS.split(words[0])[-1].lower())
    for pattern in WORDS.get(command, ()):
        yield from _judge_position(words, command, pattern)
    options = OPTIONS.get(command)
    if options:
        yield from _judge_options(words, command, options)


def _judge_position(words: Sequence[str], command: str, pattern: list[str]) -> Iterator[tuple[int, Argument]]:
    at = len(pattern) + 1
    if len(words) <= at or any(mark not in ("*", word.lower()) for mark, word in zip(pattern, words[1:])):
        return
    if words[at].startswith(_NO_VALUE) or is_placeholder(words[at]):
        return
    if command not in _SETTINGS or grade(words[at - 1]) > NONE:
        yield at, Argument(0, len(words[at]), f"{command} {' '.join(pattern)}")


def _judge_options(words: Sequence[str], command: str, options: dict[str, str]) -> Iterator[tuple[int, Argument]]:
    pending = ""
    for at, word in enumerate(words[1:], 1):
        if pending:
            yield from _judge_value(at, word, 0, options[pending], f"{command} {pending}")
            pending = ""
        elif word in options:
            pending = word if options[word] != "=" else ""
        elif word.startswith(("-", "/")):
            glued = _find_glued(word, options)
            if glued:
                start = len(glued) + (word[len(glued)] in "=:")
                yield from _judge_value(at, word, start, options[glued], f"{command} {glued}")


def _find_glued(word: str, options: dict[str, str]) -> str:
    for option, mark in options.items():
        if len(word) > len(option) and word.startswith(option) and not (len(option) == 2 and word[1] == "-"):
            if mark in _GLUED or word[len(option)] in "=:":
                return option
    return ""


def _judge_value(at: int, word: str, start: int, mark: str, rule: str) -> Iterator[tuple[int, Argument]]:
    """Of `user:password` only the password."""
    if mark in _MARKS:
        place = word.find(mark, start)
        start = place + 1 if place >= 0 else len(word)
    if start < len(word) and not is_placeholder(word[start:]):
        yield at, Argument(start, len(word), rule)
