"""The operators of advanced filters: what each compares with what, and what becomes of an event that lacks the key.

The rules are those of "Understand event filtering for Event Grid subscriptions": comparisons of texts ignore case,
values of another type than the operator's are ignored, and only NumberNotIn and StringNotIn let an event pass that
lacks the key.
"""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Operator:
    """`compares` a value of the event with one of the filter; without it only presence counts, and `is_negative` says
    absence. A negative operator holds where nothing compares. `takes` says which values it can be given."""

    compares: Callable[[Any, Any], bool] | None
    takes: Callable[[Any], bool] = bool
    is_negative: bool = False
    passes_without_key: bool = False
    takes_one: bool = False

    def check(self, name: str, values: Sequence[Any]) -> None:
        """Raises ValueError for values that the operator does not take."""
        if self.compares is None:
            if values:
                raise ValueError(f"{name} takes no values")
        elif not values or self.takes_one and len(values) > 1:
            raise ValueError(f"{name} takes {'one value' if self.takes_one else 'values'}, not {len(values)}")
        elif not all(map(self.takes, values)):
            raise ValueError(f"{name} does not take {next(value for value in values if not self.takes(value))!r}")

    def holds(self, found: Any, values: Sequence[Any]) -> bool:
        """`found` is the event's value, or the array of them; None where there is none."""
        if self.compares is None:
            return (found is None) == self.is_negative
        if found is None:
            return self.passes_without_key
        each = found if isinstance(found, list) else [found]
        is_met = any(self.compares(one, value) for one in each for value in values)
        return is_met != self.is_negative


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_range(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(map(_is_number, value))


def _numbers(compare: Callable[[float, float], bool], **rules: Any) -> Operator:
    return Operator(lambda found, value: _is_number(found) and compare(found, value), _is_number, **rules)


def _range(**rules: Any) -> Operator:
    return Operator(lambda found, ends: _is_number(found) and ends[0] <= found <= ends[1], _is_range, **rules)


def _texts(compare: Callable[[str, str], bool], **rules: Any) -> Operator:
    return Operator(lambda found, value: _is_text(found) and compare(found.casefold(), value.casefold()),
                    _is_text, **rules)


OPERATORS: Mapping[str, Operator] = {
    "NumberIn": _numbers(lambda found, value: found == value),
    "NumberNotIn": _numbers(lambda found, value: found == value, is_negative=True, passes_without_key=True),
    "NumberLessThan": _numbers(lambda found, value: found < value, takes_one=True),
    "NumberGreaterThan": _numbers(lambda found, value: found > value, takes_one=True),
    "NumberLessThanOrEquals": _numbers(lambda found, value: found <= value, takes_one=True),
    "NumberGreaterThanOrEquals": _numbers(lambda found, value: found >= value, takes_one=True),
    "NumberInRange": _range(),
    "NumberNotInRange": _range(is_negative=True),
    "BoolEquals": Operator(lambda found, value: found is value, lambda value: isinstance(value, bool), takes_one=True),
    "StringContains": _texts(str.__contains__),
    "StringNotContains": _texts(str.__contains__, is_negative=True),
    "StringBeginsWith": _texts(str.startswith),
    "StringNotBeginsWith": _texts(str.startswith, is_negative=True),
    "StringEndsWith": _texts(str.endswith),
    "StringNotEndsWith": _texts(str.endswith, is_negative=True),
    "StringIn": _texts(str.__eq__),
    "StringNotIn": _texts(str.__eq__, is_negative=True, passes_without_key=True),
    "IsNullOrUndefined": Operator(None, is_negative=True),
    "IsNotNull": Operator(None)}
