"""Fifth station: lists of arguments, where the value of `--db-password` is the next element, or all behind its `=`."""
import re
from collections.abc import Sequence
from typing import Any

from ..names.grading import NONE, STRONG, grade
from ..names.judging import is_plain, is_secret_value, looks_secret
from .known_commands import Argument, judge_words

_NAMED = re.compile(r"(-{0,2}[\w.-]+)=([\s\S]+)")
_OPTION = re.compile(r"--[a-z][a-z]*(?:[-_][a-z]+)*")
_FILE = re.compile(r"[\w./\\-]+\.[a-z]{1,4}\d?|\.{0,2}/.*")
_LONGEST_NAME = 100
SEVERAL = ("keys", "tokens", "secrets", "passwords", "credentials")


def find(values: Sequence[Any]) -> dict[int, Argument]:
    """The elements of a list that are secret, by number."""
    words = [value if isinstance(value, str) else _only_word(value) for value in values]
    found = dict(judge_words(words))
    found.update(_find_pair(values, words))
    option, is_open = "", False
    for at, (value, word) in enumerate(zip(values, words)):
        if option and _is_value(option, is_open, value, word):
            if not word or is_secret_value(word, grade(option.lstrip("-")), option):
                found[at] = Argument(0, len(word), f"after {option}")
            is_open = True
            continue
        option, is_open = "", False
        named = _NAMED.fullmatch(word) if "=" in word[:_LONGEST_NAME] else None
        if named and is_secret_value(named[2], grade(named[1].lstrip("-")), named[1]):
            found[at] = Argument(named.start(2), len(word), named[1])
        elif not named and word.startswith("-") and len(word) < _LONGEST_NAME and grade(word.lstrip("-")) > NONE:
            option = word.removesuffix("=")
    return found


def _only_word(value: Any) -> str:
    """Of a list with one text, that text: lists of arguments may be nested."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) else ""


def _is_value(option: str, is_open: bool, value: Any, word: str) -> bool:
    """Whether it belongs to the option: the first does, others if it takes several or they look secret."""
    if not isinstance(value, str) and not word:
        return not is_open
    if word.startswith("--") and _OPTION.fullmatch(word.partition("=")[0]):
        return False
    if not is_open:
        return True
    return not word.startswith("-") and not _FILE.fullmatch(word) and (option.endswith(SEVERAL) or looks_secret(word))


def _find_pair(values: Sequence[Any], words: list[str]) -> dict[int, Argument]:
    """`["password", "x"]`"""
    if len(values) != 2 or not words[1] or words[0].startswith("-") or len(words[0]) > _LONGEST_NAME:
        return {}
    if grade(words[0]) != STRONG or is_plain(words[1]) or not is_secret_value(words[1], STRONG, words[0]):
        return {}
    return {1: Argument(0, len(words[1]), f"pair of {words[0]}")}
