"""The files of queries/ as the dashboard offers them: their headers, their parameters, and values put into these.

A parameter is a `let` line with a plain value. What the browser sends is written as a literal of the same kind, so that
no value, whatever the name of a run contains, can be more than a value.
"""
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_HEADER = re.compile(r"// Title: (?P<title>.*)\n// Question: (?P<question>(?:.*\n)+?)(?=// Parameters:)")
_PARAMETER = re.compile(
    r"^let (?P<name>\w+) = (?P<value>'[^']*'|-?\d[\w.]*|now\(\)|datetime\([^()]*\));", re.MULTILINE)
_TIMESPAN = re.compile(r"\d+(?:\.\d+)?(?:d|h|m|s|ms)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_ESCAPED = {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


class UnknownQueryError(LookupError):
    """There is no file of that name in queries/."""


class ParameterError(ValueError):
    """A value that its parameter cannot have."""


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """`parameters` are the literals that the file has, by name; `chart` is a Vega-Lite specification without data."""

    name: str
    title: str
    question: str
    text: str
    parameters: Mapping[str, str]
    chart: Mapping[str, Any] | None

    def fill(self, values: Mapping[str, Any]) -> str:
        """The text with these values in its `let` lines; a value for a parameter that it has not is left out.

        Times are ISO texts, timespans such as '6h'. Raises ParameterError.
        """
        def put(line: re.Match[str]) -> str:
            name = line["name"]
            return f"let {name} = {_literal(name, line['value'], values[name])};" if name in values else line[0]

        return _PARAMETER.sub(put, self.text)


class SavedQueries:
    """The files are read whenever they are asked for: a query that was edited is the new one at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def list(self) -> list[SavedQuery]:
        return [self._read(file) for file in sorted(self._folder.glob("*.kql"))]

    def get(self, name: str) -> SavedQuery:
        """Raises UnknownQueryError."""
        files = {file.stem: file for file in self._folder.glob("*.kql")}
        if name not in files:
            raise UnknownQueryError(f"there is no query {name}")
        return self._read(files[name])

    def _read(self, file: Path) -> SavedQuery:
        text = file.read_text("utf-8")
        header = _HEADER.match(text)
        title, question = (header["title"], header["question"]) if header else (file.stem, "")
        chart = self._folder / "charts" / f"{file.stem}.vl.json"
        return SavedQuery(
            file.stem, title, " ".join(line.removeprefix("//").strip() for line in question.splitlines()), text,
            {line["name"]: line["value"] for line in _PARAMETER.finditer(text)},
            json.loads(chart.read_text("utf-8")) if chart.exists() else None)


def _literal(name: str, old: str, value: Any) -> str:
    """The value as a literal of the kind that the parameter has in its file."""
    if old.startswith("'"):
        return "'" + "".join(_ESCAPED.get(character, character) for character in _text(name, value)) + "'"
    if old.startswith(("now", "datetime")):
        return f"datetime({_iso(name, value)})"
    kind = _NUMBER if _NUMBER.fullmatch(old) else _TIMESPAN
    if not kind.fullmatch(str(value)):
        raise ParameterError(f"{name}: {value!r} cannot take the place of {old}")
    return str(value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ParameterError(f"{name}: {value!r} is no text")
    return value


def _iso(name: str, value: Any) -> str:
    try:
        return datetime.fromisoformat(_text(name, value)).isoformat()
    except ValueError as exc:
        raise ParameterError(f"{name}: {value!r} is no time") from exc
