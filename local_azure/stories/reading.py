"""Files -> stories and loose pieces. Every file is checked whole before anything is played.

A file holds a story, `{"experiment": {"id", "name"}, "steps": [{"runs": {run id: run}, "event": {...}}]}`, or what a
person has in hand: one event in either schema, one run as a run history answers it or the Studio shows it ("Raw JSON"),
or a list of these.
"""
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_azure.scenarios.models import Experiment

from .models import Json, Step, Story, text

_EVENT_FIELDS = ("eventType", "event_type", "specversion")
CREATED = "2020-01-01T00:00:00.000000Z"  # an experiment's own time is nowhere recorded


@dataclass(frozen=True, slots=True)
class Piece:
    """One event, or else one run, of a file that holds no story."""

    source: str
    body: Json
    is_event: bool


class BadFilesError(Exception):
    """Files that cannot be played: `problems` has a line for each, with the place in the file."""

    def __init__(self, problems: Sequence[str]):
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class _WrongError(Exception):
    """What is wrong, and where: a line and a column, or the path in the JSON."""

    def __init__(self, place: str, problem: str):
        super().__init__(" ".join(f"{place}: {problem}".split()))


def read(files: Sequence[Path]) -> list[Story | Piece]:
    """What the files hold, in their order. Raises BadFilesError."""
    found: list[Story | Piece] = []
    problems: list[str] = []
    for file in files:
        try:
            found += _read(str(file), _load(file))
        except _WrongError as exc:
            problems.append(f"{file}: {exc}")
        except OSError as exc:
            problems.append(f"{file}: cannot be read: {exc.strerror}")
    if problems:
        raise BadFilesError(problems)
    return found


def _load(file: Path) -> Any:
    body = file.read_bytes()
    try:
        content = body.decode(json.detect_encoding(body))
        return json.loads(content.removeprefix("\ufeff"))
    except UnicodeDecodeError as exc:
        raise _WrongError(f"byte {exc.start + 1}", f"is no {exc.encoding} text") from exc
    except json.JSONDecodeError as exc:
        problem = f"not JSON: {exc.msg}" if content.strip() else "the file is empty"
        raise _WrongError(f"line {exc.lineno}, column {exc.colno}", problem) from exc
    except ValueError as exc:  # a number of more digits than Python takes
        raise _WrongError("somewhere", f"not JSON: {exc}") from exc
    except RecursionError as exc:
        raise _WrongError("somewhere", "nested too deep") from exc


def _read(source: str, content: Any) -> Iterator[Story | Piece]:
    if isinstance(content, dict) and "steps" in content:
        yield _story(source, content)
    elif isinstance(content, list):
        if not content:
            raise _WrongError("line 1", "an empty list: there is nothing to play")
        for number, element in enumerate(content):
            yield _piece(source, element, f"[{number}]")
    else:
        yield _piece(source, content, "line 1")


def _piece(source: str, content: Any, place: str) -> Piece:
    body = _object(content, place)
    if any(name in body for name in _EVENT_FIELDS) or ("type" in body and "data" in body):
        return Piece(source, body, is_event=True)
    if "runId" in body:
        if text(body["runId"]) is None:
            raise _WrongError(f"{place}, runId", f"is {_kind(body['runId'])}, not the id of a run")
        return Piece(source, body, is_event=False)
    raise _WrongError(place, "neither a story (steps), nor an event (eventType), nor a run (runId): it has "
                             + _names(body))


def _story(source: str, content: Json) -> Story:
    experiment = _object(_field(content, "experiment", ""), "experiment")
    experiment_id, name = (_text(experiment, field, "experiment") for field in ("id", "name"))
    steps = _field(content, "steps", "")
    if not isinstance(steps, list):
        raise _WrongError("steps", f"is {_kind(steps)}, not a list")
    if not steps:
        raise _WrongError("steps", "is empty: there is nothing to play")
    return Story(source, (Experiment(experiment_id, name, CREATED),),
                 tuple(_step(step, f"steps[{number}]") for number, step in enumerate(steps)))


def _step(content: Any, place: str) -> Step:
    step = _object(content, place)
    runs = _object(_field(step, "runs", place), f"{place}.runs")
    event = _object(_field(step, "event", place), f"{place}.event")
    for run_id, run in runs.items():
        own_id = _object(run, f"{place}.runs.{run_id}").get("runId", run_id)
        if text(own_id) not in (None, run_id):
            raise _WrongError(f"{place}.runs.{run_id}.runId", f"is {own_id}: it stands under the id of another run")
    return Step(runs, event)


def _object(value: Any, place: str) -> Json:
    if not isinstance(value, dict):
        raise _WrongError(place, f"is {_kind(value)}, not an object")
    return value


def _field(owner: Json, name: str, place: str) -> Any:
    if name not in owner:
        raise _WrongError(place or "line 1", f"has no {name}: it has {_names(owner)}")
    return owner[name]


def _text(owner: Json, name: str, place: str) -> str:
    value = _field(owner, name, place)
    if text(value) is None:
        raise _WrongError(f"{place}.{name}", f"is {_kind(value)}, not a text")
    return str(value)


def _names(owner: Json) -> str:
    shown = list(owner)[:5]
    return ", ".join(shown + ["…"] * (len(owner) > len(shown))) or "nothing"


def _kind(value: Any) -> str:
    if value == "":
        return "empty"
    kinds = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list"}
    return kinds.get(type(value), "an object")
