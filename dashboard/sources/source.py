"""What the dashboard needs of a place with records: answers to Kusto queries, and a sign that something was recorded.

The page does not know which one it has. Nothing is ever written to a source.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Column:
    """`type` is a Kusto type: bool, datetime, decimal, dynamic, guid, int, long, real, string or timespan."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows as JSON has them: times are ISO texts in UTC, and dynamic values are what they are, not texts of them.
    `lacks` says what is missing in it; empty where it is whole."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """`name` is what the page says at its top, `when_empty` what one does where nothing is recorded yet, in a sentence
    and a command, which may be empty. What was answered is as good for `refresh_seconds`."""

    name: str
    when_empty: tuple[str, str]
    refresh_seconds: float


class SourceError(Exception):
    """Why there is no answer, in words for the reader of the page. `line` and `column`, from 1, are the place of a
    mistake in the query; after `wait_seconds` another try may succeed, where that is known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None,
                 wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.wait_seconds = message, line, column, wait_seconds


class Source(Protocol):
    """Asked from several threads at once."""

    @property
    def about(self) -> About: ...

    def query(self, text: str) -> Answer:
        """Raises SourceError."""

    def count_records(self) -> int:
        """A number that changes when something was recorded; asked for as often as one likes, it costs a request no
        more than every `refresh_seconds`. Raises SourceError."""

    def close(self) -> None:
        """Nothing is asked any more; queries on this machine that are under way end."""
