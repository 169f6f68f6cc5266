"""make-series: values of each group laid out along an axis.

Each row falls into a slot of the axis, the rows of a slot are summarized, and the slots of a group become an array,
with the default where there is none. Slots are numbered by steps from where the axis begins or, where that is not
said, from zero, as bin() counts.
"""
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .naming import default_name, free_name, named
from .scope import NotSupportedError, Rewriting, Scope, chained
from .syntax import Node, quoted
from .text import Text, joined, made

_ZEROS = {"datetime": "datetime(1970-01-01)", "timespan": "0s", "int": "0", "long": "0", "real": "0"}


@dataclass(frozen=True, slots=True)
class _Axis:
    name: str
    column: str
    value: Text
    type: str
    origin: str
    step: str
    condition: str
    """Which rows have a place on the axis."""
    first: str
    """The number of the first slot; empty where it is that of each group's first row."""
    last: str

    def slot(self, value: str) -> str:
        kind = "time" if self.type in ("datetime", "timespan") else "number"
        return f"_kusto_{kind}_slot({value}, {self.origin}, {self.step})"

    def points(self, first: str, last: str) -> str:
        kind = self.type if self.type in ("datetime", "timespan") else "number"
        return f"_kusto_{kind}_axis({first}, {last}, {self.origin}, {self.step})"


@dataclass(frozen=True, slots=True)
class _Value:
    """A column of the result: its name there, what it is called on the way, and what it is made of."""

    name: str
    column: str
    value: Text
    default: str


def make_series(node: Node, scope: Scope) -> Text:
    axis = _axis(node, scope)
    taken = {axis.name}
    by, aggregates = node.child("MakeSeriesOperatorByClause"), []
    groups = [_value(rule, scope, taken) for rule in (by.rules if by else ())]
    for rule in node.rules:
        if rule.kind == "RelaxedQueryOperatorParameter":
            continue
        if rule.kind == "MakeSeriesOperatorOnClause":
            break
        aggregates.append(_value(rule, scope, taken))
    is_nonempty = any(_is_nonempty(rule) for rule in node.children_of("RelaxedQueryOperatorParameter"))
    return _steps(node.start, scope, axis, groups, aggregates, is_nonempty)


def _steps(place: int, scope: Scope, axis: _Axis, groups: list[_Value], values: list[_Value],
           is_nonempty: bool) -> Text:
    slot, gap, first, last, one = (scope.fresh() for _ in range(5))
    keys = [group.column for group in groups] or ([] if is_nonempty else [one])
    added = [made(place, f"{axis.column} = ", axis.value), made(place, f"{one} = 0"),
             *(made(place, f"{group.column} = ", group.value) for group in groups)]
    summed = [made(place, f"{value.column} = ", value.value) for value in values]
    before = f"_kusto_lag({', '.join([slot, '1', '_kusto_nothing()', slot, *keys])})"
    begin, end = axis.first or first, axis.last or last
    return chained(
        place,
        made(place, "extend ", joined(place, ", ", added)),
        f"where {axis.condition}",
        f"extend {slot} = {axis.slot(axis.column)}",
        made(place, "summarize ", joined(place, ", ", summed), f" by {', '.join([*keys, slot])}"),
        f"extend {gap} = {slot} - coalesce({before}, ({axis.first or slot}) - 1) - 1",
        "extend " + ", ".join(f"{value.column} = _kusto_padded({value.column}, {value.default}, {gap})"
                              for value in values),
        "summarize " + ", ".join([*(f"{value.column} = _kusto_flat({value.column}, {slot})" for value in values),
                                  f"{first} = min({slot})", f"{last} = max({slot})"])
        + (f" by {', '.join(keys)}" if keys else ""),
        "project " + ", ".join([
            *(f"{quoted(group.name)} = {group.column}" for group in groups),
            *(f"{quoted(value.name)} = _kusto_laid_out({value.column}, {value.default},"
              f" ({end}) - coalesce({last}, ({begin}) - 1))" for value in values),
            f"{quoted(axis.name)} = {axis.points(begin, end)}"]))


def _axis(node: Node, scope: Scope) -> _Axis:
    on = node.child("MakeSeriesOperatorOnClause")
    assert on is not None
    names, expression = named(on.rules[0])
    value, column = scope.text(expression), scope.fresh()
    kind = scope.columns_of(chained(node.start, scope.input, made(node.start, f"project {column} = ", value)))[0].type
    if kind not in _ZEROS:
        raise NotSupportedError(f"make-series on a {kind}", on.start, "make it a datetime or a number")
    start, stop, step, is_inclusive = _bounds(node, scope)
    origin = start if start and not is_inclusive else _ZEROS[kind]
    axis = _Axis(names[0] if names else default_name(value) or "Column1", column, value, kind, origin, step, "", "", "")
    conditions, first, last = [f"isnotnull({column})"], "", ""
    if start:
        first = axis.slot(start) if is_inclusive else "0"
        conditions.append(f"{axis.slot(column)} >= {first}")
    if stop:
        last = axis.slot(stop) if is_inclusive else axis.slot(stop).replace("_slot(", "_slot_before(", 1)
        conditions.append(f"{column} {'<=' if is_inclusive else '<'} {stop}")
    return replace(axis, condition=" and ".join(conditions), first=first, last=last)


def _bounds(node: Node, scope: Scope) -> tuple[str, str, str, bool]:
    """Where the axis begins and ends, empty where that is not said, its step, and whether the end is on it."""
    if in_range := node.child("MakeSeriesOperatorInRangeClause"):
        start, stop, step = (f"({scope.text(rule)})" for rule in in_range.rules)
        return start, stop, step, True
    clause = node.child("MakeSeriesOperatorFromToStepClause")
    assert clause is not None
    words = [child.text for child in clause.children if not child.kind]
    found = dict(zip(words, (f"({scope.text(rule)})" for rule in clause.rules)))
    return found.get("from", ""), found.get("to", ""), found["step"], False


def _value(rule: Node, scope: Scope, taken: set[str]) -> _Value:
    expression, default = rule, "0"
    if rule.kind == "MakeSeriesOperatorAggregation":
        expression, clause = rule.rules
        default = str(scope.text(clause.rules[0]))
    names, expression = named(expression)
    value = scope.text(expression)
    return _Value(free_name(names[0] if names else default_name(value) or "Column1", taken), scope.fresh(), value,
                  default)


def _is_nonempty(parameter: Node) -> bool:
    name, _, value = (part.strip() for part in parameter.text.partition("="))
    if name == "kind" and value != "nonempty":
        raise NotSupportedError(f"make-series kind={value}", parameter.start)
    return name == "kind"


OPERATORS: Mapping[str, Rewriting] = {"MakeSeriesOperator": make_series}
