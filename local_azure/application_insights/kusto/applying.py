"""mv-apply and partition: a subquery for the elements of each row's arrays, and for the rows of each key."""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .grouping import applied, ends_groups, operators_of
from .naming import default_name, named
from .scope import Rewriting, Scope, chained
from .syntax import Node, name_of, quoted
from .text import Text, made

_NAMES = ("IdentifierName", "EscapedName", "KeywordName")


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    array: str
    """The column that holds the array, and keeps it."""
    column: str
    """The column that holds it first, and then each element."""
    value: Text
    type: str


def mv_apply(node: Node, scope: Scope) -> Text:
    """Each row is a group of its elements. Where a group is summarized, one row more stands for one without any."""
    place, subquery = node.start, node.rules[-1]
    items = [_item(rule, scope) for rule in node.rules[:-1] if not rule.kind.endswith(("Parameter", "LimitClause"))]
    outer = _outer_columns(node, {item.name for item in items}, scope)
    operators = operators_of(subquery)
    row, index = scope.fresh(), scope.fresh()
    stand_in = scope.fresh() if any(map(ends_groups, operators)) else ""
    hidden = [row, *(f"{copy} = {name}" for name, copy in outer.items() if copy != name)]
    if stand_in:
        lengths = ", ".join(f"_kusto_length({item.array})" for item in items)
        hidden.append(f"{stand_in} = {index} == max_of({lengths}, 0) - 1")
    shown = [*(f"{quoted(item.name)} = {item.column}" for item in items),
             *(f"{name} = {index}" for name in _index_names(node))]
    expanded = ", ".join(f"{item.column}{item.type}" for item in items)
    pipeline = chained(
        place, scope.input, f"extend {row} = _kusto_row()", *_arrays(items, _limit(node), bool(stand_in), place),
        f"mv-expand with_itemindex={index} {expanded}", f"project {', '.join([*outer, *hidden, *shown])}")
    kept = tuple(outer.values())
    pipeline = applied(operators, pipeline, replace(scope, group=row, kept=kept, stand_in=stand_in))
    results = [name if copy == name else f"{name} = {copy}" for name, copy in outer.items()]
    results += [quoted(column.name) for column in scope.columns_of(pipeline)
                if column.name not in (row, stand_in, *kept) and quoted(column.name) not in outer]
    return chained(place, pipeline, f"project {', '.join(results)}")


def _outer_columns(node: Node, expanded: set[str], scope: Scope) -> dict[str, str]:
    """The columns that stay, with those that hold them meanwhile: copies of what the subquery might change."""
    mentioned = {name_of(each) for each in node.rules[-1].walk() if each.kind in _NAMES}
    return {quoted(column.name): scope.fresh() if column.name in mentioned else quoted(column.name)
            for column in scope.columns(node) if column.name not in expanded}


def _arrays(items: list[_Item], limit: str, has_stand_in: bool, place: int) -> Iterator[Text]:
    for item in items:
        value = made(place, "array_slice(", item.value, f", 0, {limit} - 1)") if limit else item.value
        array = made(place, "_kusto_with_one_more(", value, ")") if has_stand_in else value
        yield made(place, f"extend {item.array} = ", array)
        yield made(place, f"extend {item.column} = {item.array}")


def _index_names(node: Node) -> list[str]:
    """The name of the column for an element's index, if there is one."""
    return [rule.text.split("=", 1)[1].strip() for rule in node.rules
            if "Parameter" in rule.kind and rule.text.replace(" ", "").startswith("with_itemindex=")]


def _limit(node: Node) -> str:
    clause = node.child("MvapplyOperatorLimitClause")
    return clause.text.removeprefix("limit").strip() if clause else ""


def _item(rule: Node, scope: Scope) -> _Item:
    expression, kind = rule, ""
    if rule.kind == "MvapplyOperatorExpression":
        expression, clause = rule.rules
        kind = f" {clause.text}"
    names, value = named(expression)
    text = scope.text(value)
    return _Item(names[0] if names else default_name(text) or "Column1", scope.fresh(), scope.fresh(), text, kind)


def partition(node: Node, scope: Scope) -> Text:
    key = next(rule for rule in node.rules if "Parameter" not in rule.kind)
    body = node.rules[-1]
    group = scope.fresh()
    pipeline = chained(node.start, scope.input, made(node.start, f"extend {group} = ", scope.text(key)))
    pipeline = applied(operators_of(body.rules[-1]), pipeline, replace(scope, group=group, kept=(), stand_in=""))
    return chained(node.start, pipeline, f"project-away {group}")


PIPELINES: Mapping[str, Rewriting] = {"MvapplyOperator": mv_apply, "PartitionOperator": partition}
"""What they make is the whole pipeline, the part before the operator too."""
