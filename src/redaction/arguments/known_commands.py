"""Which words of a command line the manual of its command says are secret."""
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..names.grading import NONE, STRONG, grade
from ..names.judging import is_placeholder
from .commands import MEANT, VALUES, VAULTS, read_options, read_words

OPTIONS = read_options()
WORDS = read_words()
NAMES = sorted({*OPTIONS, *WORDS, *VAULTS})

_FOLDERS = re.compile(r"[/\\]")
_SUFFIX = re.compile(r"\.(?:exe|sh|cmd|bat)$")
_GLUED = frozenset("*=:%,&")
_MARKS = {":": ":", "%": "%", ",": ",", "&": "="}  # what stands before the secret part of a word
_SETTINGS = frozenset(("git", "gcloud"))  # what they set is secret where its name says so
_LOGIN = "login"
_NO_VALUE = ("-", "/user", "/pers", "\\\\")
_COMBINED = re.compile(r"-[A-Za-z]{2,6}")  # several short options in one word, of which the last takes a value
_ACCOUNT = {"/": re.compile(r"[\w.$-]+/([^/@][^@]*)(?:@.*)?"), ":": re.compile(r"[\w.-]+:([^@/]+)@[\w.:/-]+")}


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
    if command in VAULTS:
        yield from _judge_values(words, command)
    options = OPTIONS.get(command)
    if options:
        yield from _judge_options(words, command, options)


def _judge_position(words: Sequence[str], command: str, pattern: list[str]) -> Iterator[tuple[int, Argument]]:
    at = len(pattern) + 1
    if len(words) <= at or not all(map(_is_meant, pattern, words[1:])):
        return
    if words[at].startswith(_NO_VALUE) or is_placeholder(words[at]):
        return
    if command not in _SETTINGS or grade(words[at - 1]) > NONE:
        yield at, Argument(0, len(words[at]), f"{command} {' '.join(pattern)}")


def _is_meant(mark: str, word: str) -> bool:
    return word.lower().startswith(mark[:-1]) if mark.endswith("*") else word.lower() == mark


def _judge_values(words: Sequence[str], command: str) -> Iterator[tuple[int, Argument]]:
    """`keyvault secret set --value x`: what is stored there is secret."""
    if any(_means_secret(word) for word in words):
        yield from _judge_literals(words)
        for at, word in enumerate(words[:-1]):
            if word in VALUES and not is_placeholder(words[at + 1]):
                yield at + 1, Argument(0, len(words[at + 1]), f"{command} {word}")


def _judge_literals(words: Sequence[str]) -> Iterator[tuple[int, Argument]]:
    """`kubectl create secret generic s --from-literal=name=x`"""
    for at, word in enumerate(words):
        if word.startswith("--from-literal=") or at and words[at - 1] == "--from-literal":
            start = word.find("=", len("--from-literal=") if word.startswith("--") else 0) + 1
            if start and not is_placeholder(word[start:]):
                yield at, Argument(start, len(word), "kubectl --from-literal")


def _means_secret(word: str) -> bool:
    return word.lower() in MEANT or not word.startswith("-") and grade(word.rpartition("/")[2]) == STRONG


def _judge_options(words: Sequence[str], command: str, options: dict[str, str]) -> Iterator[tuple[int, Argument]]:
    pending = ""
    if _LOGIN not in words:
        options = {option: mark for option, mark in options.items() if mark != "+"}
    for at, word in enumerate(words[1:], 1):
        if pending:
            yield from _judge_value(at, word, 0, options[pending], f"{command} {pending}")
            pending = ""
        elif word in options:
            pending = word if options[word] != "=" else ""
        elif _COMBINED.fullmatch(word) and options.get(f"-{word[-1]}", "") in _MARKS:
            pending = f"-{word[-1]}"
        elif "@" in options and (account := _ACCOUNT[options["@"]].fullmatch(word)) and not is_placeholder(account[1]):
            yield at, Argument(*account.span(1), f"{command} user{options['@']}password")
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
        place = word.find(_MARKS[mark], start)
        start = place + 1 if place >= 0 else len(word)
    if start < len(word) and not is_placeholder(word[start:]):
        yield at, Argument(start, len(word), rule)
