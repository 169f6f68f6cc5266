"""The first few rows or values: sample, sample-distinct, top-hitters, top-nested, consume."""
from collections.abc import Mapping
from dataclasses import dataclass

from . import windows
from .naming import default_name, named
from .scope import NotSupportedError, Rewriting, Scope, chained
from .syntax import Node, ordered, quoted
from .text import Text, joined, made


def _take(node: Node, scope: Scope) -> Text:
    """Of as many rows as an expression says."""
    count = node.rules[-1]
    return scope.inner_text(node) if count.kind in _NUMBERS else _first_rows(scope.text(count), scope, node.start)


def _top(node: Node, scope: Scope) -> Text:
    count, order = node.rules
    if count.kind in _NUMBERS:
        return windows.with_helpers(node, scope)
    key, way, nulls = ordered(order)
    by = made(node.start, "sort by ", scope.text(named(key)[1]), f" {way} nulls {nulls}")
    return chained(node.start, by, _first_rows(scope.text(count), scope, node.start))


def _first_rows(count: Text, scope: Scope, place: int) -> Text:
    row = scope.fresh()
    return chained(place, f"extend {row} = _kusto_row()", made(place, f"where {row} <= ", count), f"project-away {row}")


def _sample(node: Node, scope: Scope) -> Text:
    count = node.rules[-1]
    return made(node.start, f"take {count.text}") if count.kind in _NUMBERS else _take(node, scope)


def _sample_distinct(node: Node, scope: Scope) -> Text:
    count, value = node.rules[-2:]
    return chained(node.start, made(node.start, "distinct ", scope.text(value)),
                   made(node.start, "take ", scope.text(count)))


def _top_hitters(node: Node, scope: Scope) -> Text:
    count, of, *by = [rule for rule in node.rules if "Parameter" not in rule.kind]
    names, value = named(of)
    text = scope.text(value)
    name = names[0] if names else default_name(text) or "Column1"
    if by:
        weight = scope.text(ordered(by[0].rules[0])[0])
        measure, total = f"sum({weight})", f"approximate_sum_{default_name(weight)}"
    else:
        measure, total = "count()", f"approximate_count_{name}"
    return chained(node.start, made(node.start, f"summarize {quoted(total)} = {measure} by {quoted(name)} = ", text),
                   made(node.start, "top ", scope.text(count), f" by {quoted(total)} desc"))


def _top_nested(node: Node, scope: Scope) -> Text:
    """Level by level: the rows of the best groups so far are summarized again, by one key more."""
    place = node.start
    levels = [_level(part, scope) for part in node.children_of("TopNestedOperatorPart") or (node,)]
    if any(level.others for level in levels[:-1]):
        raise NotSupportedError("top-nested with others on a level above another", place, "others on the last level")
    keys = joined(place, ", ", [made(place, f"{level.key} = ", level.value) for level in levels])
    all_rows = rows = scope.named(chained(place, scope.input, made(place, "extend ", keys)), place)
    for count, level in enumerate(levels, start=1):
        best = scope.named(chained(place, _summarized(rows, levels[:count]), *_ranked(levels[:count], scope)), place)
        on = ", ".join(each.key for each in levels[:count])
        if level.others:
            best = _with_others(rows, levels, best, place)
        elif level is not levels[-1]:
            rows = scope.named(chained(place, all_rows, made(place, "lookup kind=inner ", best, f" on {on}")), place)
    order = ", ".join(f"{level.measure} {level.way}" for level in levels)
    results = (f"{quoted(name)} = {column}" for level in levels
               for name, column in ((level.name, level.key), (level.total, level.measure)))
    return chained(place, best, f"sort by {order}", f"project {', '.join(results)}")


@dataclass(frozen=True, slots=True)
class _Level:
    key: str
    value: Text
    measure: str
    aggregate: Text
    count: str
    """How many stay; empty for all."""
    way: str
    others: str
    name: str
    total: str


def _level(part: Node, scope: Scope) -> _Level:
    others = part.child("TopNestedOperatorWithOthersClause")
    *count, of, order = [rule for rule in part.rules if rule is not others]
    names, value = named(of)
    text = scope.text(value)
    name = names[0] if names else default_name(text) or "Column1"
    by, way, _ = ordered(order)
    totals, aggregate = named(by)
    return _Level(scope.fresh(), text, scope.fresh(), scope.text(aggregate), str(scope.text(count[0])) if count else "",
                  way, str(scope.text(others.rules[0])) if others else "", name,
                  totals[0] if totals else f"aggregated_{name}")


def _summarized(rows: Text, levels: list[_Level], by_last: bool = True) -> Text:
    """The last level's measure of each group, and those of the levels above it."""
    *above, last = levels
    keys = [each.key for each in (levels if by_last else above)]
    values = [made(0, f"{last.measure} = ", last.aggregate)]
    values += [made(0, f"{each.measure} = take_any({each.measure})") for each in above]
    return chained(0, rows, made(0, "summarize ", joined(0, ", ", values), f" by {', '.join(keys or ['1'])}"))


def _ranked(levels: list[_Level], scope: Scope) -> tuple[str, ...]:
    *above, last = levels
    if not last.count:
        return ()
    group = f"pack_array({', '.join(each.key for each in above)})" if above else "0"
    rank = scope.fresh()
    nulls = "first" if last.way == "asc" else "last"
    return (f"extend {rank} = _kusto_rank({group}, {last.measure}, '{last.way} {nulls}')",
            f"where {rank} <= {last.count}", f"project-away {rank}")


def _with_others(rows: Text, levels: list[_Level], best: Text, place: int) -> Text:
    on = ", ".join(each.key for each in levels)
    rest = chained(place, rows, made(place, "join kind=leftanti ", best, f" on {on}"))
    others = chained(place, _summarized(rest, levels, by_last=False),
                     f"extend {levels[-1].key} = {levels[-1].others}")
    return made(place, "union ", best, ", (", others, ")")


def _consume(node: Node, scope: Scope) -> Text:
    return made(node.start, "take 0")


_NUMBERS = ("LongLiteralExpression", "IntLiteralExpression")
OPERATORS: Mapping[str, Rewriting] = {
    "TakeOperator": _take, "TopOperator": _top,
    "SampleOperator": _sample, "SampleDistinctOperator": _sample_distinct, "TopHittersOperator": _top_hitters,
    "ConsumeOperator": _consume,
}
PIPELINES: Mapping[str, Rewriting] = {"TopNestedOperator": _top_nested, "TopNestedOperatorPart": _top_nested}
"""What it makes is the whole pipeline, the part before the operator too."""
