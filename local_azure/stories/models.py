"""A story: what is in the run history, and then an event; step by step."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_azure.scenarios.models import Experiment

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """`runs`, by id, are put into the run history as they are, over what is there; then `event` is published."""

    runs: Mapping[str, Json]
    event: Json


@dataclass(frozen=True, slots=True)
class Story:
    """`source` says which file, or files, it is from. Its times belong together: they are moved together."""

    source: str
    experiments: tuple[Experiment, ...]
    steps: tuple[Step, ...]


def text(value: object) -> str | None:
    """A text that says something, else None: JSON from outside may hold anything."""
    return value if isinstance(value, str) and value else None


def mapping(value: object) -> Json:
    """An object of JSON, else an empty one."""
    return value if isinstance(value, Mapping) else {}
