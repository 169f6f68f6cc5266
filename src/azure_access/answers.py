"""What Azure's services answer: JSON that is read whatever is in it. Pure.

A new word, a null, a value of another kind or size than usual costs what it would have told, and nothing else.
"""
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from .times import parse_time

TOO_DEEP = "[nested too deep]"
_DEEPEST = 60  # levels that are kept of what is nested too deep for the parser
_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[][{}]', re.DOTALL)


def parse_json(body: bytes) -> Any:
    """The values of a JSON text in UTF-8. Raises ValueError where it is none.

    Bytes that are no UTF-8 become U+FFFD, whole numbers too long for Python texts, and levels too deep `TOO_DEEP`.
    """
    text = body.decode("utf-8-sig", "replace")
    try:
        return json.loads(text)
    except RecursionError:
        return json.loads(_cut(text), parse_int=_whole_number)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return json.loads(text, parse_int=_whole_number)


def _whole_number(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


def _cut(text: str) -> str:
    """The text with what is nested too deep replaced."""
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    depth = start = 0
    for mark in _BRACKETS.finditer(text):
        if mark[0] in "[{":
            depth += 1
            if depth == _DEEPEST + 1:
                yield text[start:mark.start()] + json.dumps(TOO_DEEP)
                start = len(text)
        elif mark[0] in "]}":
            if depth == _DEEPEST + 1:
                start = mark.end()
            depth -= 1
    yield text[start:]


class Fields:
    """The members of a JSON object, looked up without regard to case: Azure ML writes StepType and stepType alike.

    Nothing is ever raised: what is absent or of another kind than asked for is None, and so is an empty text. Something
    that is no object has no members.
    """

    __slots__ = ("members", "_folded", "_below")

    def __init__(self, value: object):
        self.members: Mapping[str, Any] = value if isinstance(value, (dict, Mapping)) else {}  # `dict` is asked fast
        self._folded: dict[str, Any] | None = None
        self._below: dict[str, Fields] = {}

    def __bool__(self) -> bool:
        return bool(self.members)

    def value(self, *path: str) -> Any:
        """What stands at the end of a path of names."""
        *way, last = path
        found = self
        for name in way:
            found = found._within(name)
        return found._get(last)

    def text(self, *path: str) -> str | None:
        found = self.value(*path)
        return found if isinstance(found, str) and found else None

    def whole_number(self, *path: str) -> int | None:
        found = self.value(*path)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def time(self, *path: str) -> datetime | None:
        """An ISO 8601 text as an aware datetime in UTC."""
        try:
            return parse_time(self.value(*path))
        except ValueError:
            return None

    def fields(self, *path: str) -> "Fields":
        return Fields(self.value(*path))

    def list(self, *path: str) -> list[Any]:
        found = self.value(*path)
        return found if isinstance(found, list) else []

    def _within(self, name: str) -> "Fields":
        """Kept, since several are asked for below the same name."""
        below = self._below.get(name)
        if below is None:
            below = self._below[name] = Fields(self._get(name))
        return below

    def _get(self, name: str) -> Any:
        """Of names that differ in case alone, the exact one, or else the last one that has a value."""
        found = self.members.get(name)
        if found is not None:
            return found
        if self._folded is None:
            self._folded = {str(key).casefold(): value for key, value in self.members.items() if value is not None}
        return self._folded.get(name.casefold())
