"""Secrets out of anything that leaves the process. Pure, and linear in the length of the text.

A text goes through five stations, each with a folder of its own:
- decode: the text as it reads, whatever it is encoded with;
- formats: tokens and keys known by their form, wherever they stand;
- names: whether a name says that its value is a secret;
- shapes: where the value of a name stands, in texts of any notation;
- arguments: command lines and lists of arguments.

JSON values, and texts that are JSON, go the same way member by member (`structure.py`). What is taken out, and what is
not, is listed in docs/security.md. When in doubt a value goes.
"""
from typing import Any

from .names.grading import is_secret_name
from .places import REDACTED, Place
from .structure import TOO_DEEP, Walk

__all__ = ["REDACTED", "TOO_DEEP", "explain", "is_secret_name", "redact", "redact_text"]


def redact(value: Any) -> Any:
    """A copy of JSON values without their secrets: objects, lists and texts, texts that hold JSON included."""
    return Walk().redact(value, 0)


def redact_text(text: str) -> str:
    """The text without its secrets. Where the text is a JSON object or list, names count as they do in objects."""
    return Walk().redact_text(text, 0)


def explain(text: str) -> list[str]:
    """For each place that `redact_text` takes out where it is, its station and its rule; nothing of the secret."""
    places: list[tuple[str, Place]] = []
    Walk(places).redact_text(text, 0)
    return [f"{_tell_where(text, path, place)}: {place.station}: {place.rule}" for path, place in places]


def _tell_where(text: str, path: str, place: Place) -> str:
    if path:
        return f"{path}, characters {place.start + 1} to {place.end}" if place.end else path
    line = text.count("\n", 0, place.start) + 1
    column = place.start - text.rfind("\n", 0, place.start)
    return f"line {line}, column {column}"
