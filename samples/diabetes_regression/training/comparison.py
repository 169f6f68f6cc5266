"""Whether a new model takes the place of the registered one: by which metric, in which direction, by how much.

Every answer has its reason, in words for the one who asks why a model was not registered.
"""
import math
from collections.abc import Mapping
from dataclasses import dataclass

LOWER, HIGHER = "lower", "higher"
DIRECTIONS = (LOWER, HIGHER)

BETTER, FIRST, NOTHING_TO_COMPARE = "better", "first", "nothing_to_compare"
NOT_BETTER, NO_METRIC, NO_MODEL = "not_better", "no_metric", "no_model"
_REGISTERED = frozenset({BETTER, FIRST, NOTHING_TO_COMPARE})


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered model; metrics are read of its tags, so a value may be anything."""

    name: str
    version: int
    tags: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.name} version {self.version}"

    def metric(self, name: str) -> float | None:
        try:
            return _finite(float(self.tags[name]))
        except (KeyError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`improvement` is in the metric's unit, positive for the better; `compared_version` is the registered model's."""

    outcome: str
    reason: str
    improvement: float | None = None
    compared_version: int | None = None

    @property
    def registers(self) -> bool:
        return self.outcome in _REGISTERED


@dataclass(frozen=True, slots=True)
class Comparison:

    metric: str
    direction: str
    least_improvement: float

    def judge(self, metrics: Mapping[str, float] | None, registered: Registered | None) -> Verdict:
        """A new model by its metrics, which are None where none could be trained."""
        version = registered.version if registered else None
        if metrics is None:
            return Verdict(NO_MODEL, "No model was trained: the data set has no rows, or too few.", None, version)
        new = _finite(metrics.get(self.metric))
        if new is None:
            return Verdict(NO_METRIC, f"The new model has no {self.metric}, but {', '.join(sorted(metrics))}.", None,
                           version)
        if registered is None:
            return Verdict(FIRST, f"It is the first model; its {self.metric} is {new:.6g}.")
        old = registered.metric(self.metric)
        if old is None:
            return Verdict(NOTHING_TO_COMPARE, f"{registered} has no tag {self.metric} to compare with; the new "
                           f"model's is {new:.6g}.", None, version)
        return self._compare(new, old, registered)

    def _compare(self, new: float, old: float, registered: Registered) -> Verdict:
        improvement = old - new if self.direction == LOWER else new - old
        values = f"{self.metric} {new:.6g} after {old:.6g} of {registered}"
        is_other = not math.isclose(new, old, rel_tol=1e-9)  # the same training differs that much between machines
        if is_other and improvement > 0 and improvement >= self.least_improvement:
            return Verdict(BETTER, f"{values} is better by {improvement:.6g}.", improvement, registered.version)
        wanted = f", by {self.least_improvement:g} at least" if self.least_improvement > 0 else ""
        return Verdict(NOT_BETTER, f"{values} is not better: {self.direction} is wanted{wanted}.", improvement,
                       registered.version)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
