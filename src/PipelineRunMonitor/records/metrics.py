"""The metrics of a run -> what its record tells of them, and how many it does not. Pure."""
import json
from collections.abc import Mapping
from itertools import islice

from redaction.redactor import redact

from . import texts

MOST_NAMES = 50
LONGEST_NAME_UNITS = 150
_QUOTING = frozenset("\"\\")
_DIGITS = 12  # significant ones: no number is longer than what is kept of a member when JSON is shortened
_MOST_WHOLE = 10 ** _DIGITS


def of(metrics: Mapping[str, float | None]) -> dict[str, float | int | None]:
    """The first metrics, but for those whose name is a secret, says that its value is one, or is none to ask for."""
    harmless = (name for name, value in redact(metrics).items() if name in metrics and value == metrics[name])
    return {name: _round(metrics[name]) for name in islice(filter(_is_plain, harmless), MOST_NAMES)}


def count_omitted(metrics: Mapping[str, float | None], recorded: str | None) -> int:
    """How many of the metrics are missing from the dimension."""
    return len(metrics) - len(json.loads(recorded or "{}"))


def _is_plain(name: str) -> bool:
    """Whether a query can take the metric out of the JSON by its name, whatever the engine."""
    return name.isprintable() and _QUOTING.isdisjoint(name) and texts.count_units(name) <= LONGEST_NAME_UNITS


def _round(value: float | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value.is_integer() and abs(value) < _MOST_WHOLE else float(f"{value:.{_DIGITS}g}")
