"""What the metric service answers of a run: its scalar metrics, each with the last value. Pure.

The answer is a list of metrics with columns and values, as `Run.log` of azureml-core and MLflow make them. A list, a
table, an image or a text is no scalar, and left out; whatever makes no sense is left out as well.
"""
import math
from collections.abc import Sequence
from typing import Any

from azure_access.answers import Fields

ALL = "*"
_SCALAR = "azureml.v1.scalar"
_NOT_FINITE = frozenset({"nan", "infinity", "-infinity", "+infinity", "inf", "-inf"})  # JSON has no words for them


def find_scalars(answer: Fields) -> dict[str, float | None]:
    """The last value of each scalar metric by name, None for one that is no number any more: NaN, or infinite."""
    found: dict[str, float | None] = {}
    for metric in map(Fields, answer.list("value")):
        name, values = metric.text("name"), metric.list("value")
        if name and values and metric.text("properties", "uxMetricType") in (None, _SCALAR):
            last = Fields(values[-1]).fields("data").members.get(name)
            if _is_number(last):
                found[name] = _read(last)
    return found


def choose(found: dict[str, float | None], names: Sequence[str]) -> dict[str, float | None]:
    """Those of these names, in their order; `ALL` among them stands for all others."""
    named = {name: found[name] for name in names if name in found}
    return {**named, **found} if ALL in names else named


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) or (isinstance(value, str) and value.casefold() in _NOT_FINITE)


def _read(value: Any) -> float | None:
    try:
        number = float(value)
    except OverflowError:  # a whole number of more digits than a float takes
        return None
    return number if math.isfinite(number) else None
