"""What a caller asks for: the body of a request -> a submission, with every problem of it. Pure.

Two bodies are taken: this app's own, and the one that the REST API of published pipelines documents, so that a client
of that needs no change.

    {"experiment_name": "batch_scoring", "parameters": {"size": 50}, "tags": {"team": "a"}, "description": "…"}
    {"ExperimentName": "batch_scoring", "ParameterAssignments": {"size": 50}}
"""
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .refusals import Problem, Refusal, invalid

MOST_BYTES = 65_536  # of a body: names, texts and numbers need no more
FIELDS = {"experiment_name": "ExperimentName", "parameters": "ParameterAssignments", "tags": "Tags",
          "description": "Description"}
OWN_TAGS = frozenset({"submitted_by", "schedule", "scheduled_time", "submission_key", "submission_content"})
_EXPERIMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}")
_MOST_DESCRIPTION = 5_000  # characters
_MOST_NAME, _MOST_VALUE = 255, 8_192


@dataclass(frozen=True, slots=True)
class Submission:
    """Parameters are texts: Azure Machine Learning takes no others, and the SDK writes numbers as Python does too."""

    experiment_name: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str | None = None


def parse_submission(body: bytes, default_experiment: str) -> Submission:
    """An empty body asks for nothing but the run. Raises Refusal."""
    if len(body) > MOST_BYTES:
        raise Refusal(413, "BodyTooLarge", f"the body has more than {MOST_BYTES:,} bytes: put data into a datastore, "
                                           "and its place into a parameter")
    return read_submission(_parse(body), default_experiment)


def read_submission(content: Mapping[str, Any], default_experiment: str) -> Submission:
    """Raises Refusal with every problem."""
    problems: list[Problem] = []
    found = _find_fields(content, problems)
    submission = Submission(
        experiment_name=_read_experiment(found.get("experiment_name"), default_experiment, problems),
        parameters=_read_texts("parameters", found.get("parameters"), problems),
        tags=_read_texts("tags", found.get("tags"), problems),
        description=_read_description(found.get("description"), problems))
    problems += [Problem(f"tags.{name}", "this app sets it itself") for name in submission.tags if name in OWN_TAGS]
    if problems:
        raise invalid(problems)
    return submission


def _parse(body: bytes) -> Mapping[str, Any]:
    if not body.strip():
        return {}
    try:
        content = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as exc:
        place = f" at line {exc.lineno}, column {exc.colno}" if isinstance(exc, json.JSONDecodeError) else ""
        raise invalid([Problem("body", f"it is no JSON in UTF-8{place}")]) from exc
    if not isinstance(content, dict):
        raise invalid([Problem("body", "it is JSON, but no object")])
    return content


def _find_fields(content: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """By this app's own names."""
    own = {foreign: name for name, foreign in FIELDS.items()} | {name: name for name in FIELDS}
    found: dict[str, Any] = {}
    for name, value in content.items():
        if name not in own:
            problems.append(Problem(name[:_MOST_NAME], f"there is no such field: use {', '.join(FIELDS)}"))
        elif own[name] in found:
            problems.append(Problem(name, f"it says the same as {own[name]}: leave one out"))
        else:
            found[own[name]] = value
    return found


def _read_experiment(value: Any, default: str, problems: list[Problem]) -> str:
    if value is None:
        return default
    if not isinstance(value, str) or not _EXPERIMENT.fullmatch(value):
        problems.append(Problem("experiment_name", "it is no text of letters, digits, _ and -, 255 at most"))
        return default
    return value


def _read_description(value: Any, problems: list[Problem]) -> str | None:
    if value is not None and not (isinstance(value, str) and len(value) <= _MOST_DESCRIPTION):
        problems.append(Problem("description", f"it is no text of {_MOST_DESCRIPTION:,} characters at most"))
        return None
    return value or None


def _read_texts(name: str, value: Any, problems: list[Problem]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        problems.append(Problem(name, "it is no object of names and values"))
        return {}
    texts = {key: _text_of(item) for key, item in value.items()}
    problems += [Problem(f"{name}.{key[:_MOST_NAME]}", f"it is no text, number or truth value that has a name, of "
                                                       f"{_MOST_VALUE:,} characters at most")
                 for key, text in texts.items() if text is None or len(text) > _MOST_VALUE or not key.strip()
                 or len(key) > _MOST_NAME]
    return {key: text for key, text in texts.items() if text is not None}


def _text_of(value: Any) -> str | None:
    is_plain = isinstance(value, (str, bool, int)) or isinstance(value, float) and math.isfinite(value)
    try:
        return str(value) if is_plain else None
    except ValueError:  # a number of more digits than Python writes
        return None
