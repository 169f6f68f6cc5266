"""A pipeline that is applied to each group of rows: the subquery of mv-apply and of partition.

All groups go through it together, told apart by a column: what counts rows, counts them in each group.
"""
from collections.abc import Mapping
from dataclasses import replace

from . import windows
from .naming import named
from .scope import Helper, NotSupportedError, Rewriting, Scope, chained
from .summarizing import summarize
from .syntax import Node, ordered
from .text import Text, joined, made

_WHOLE_TABLES = (
    "JoinOperator", "LookupOperator", "UnionOperator", "MakeSeriesOperator", "EvaluateOperator", "TopNestedOperator",
    "TopNestedOperatorPart", "TopHittersOperator", "SampleDistinctOperator", "SearchOperator", "MvapplyOperator",
    "PartitionOperator", "InvokeOperator", "AsOperator", "ProjectKeepOperator", "ProjectReorderOperator")


def applied(operators: tuple[Node, ...], pipeline: Text, scope: Scope) -> Text:
    """The pipeline with operators that are applied to each group of the scope."""
    for operator in operators:
        grouped = replace(scope, input=pipeline, helpers=None)
        pipeline = chained(operator.start, pipeline, grouped.text(operator))
        if ends_groups(operator):
            scope = replace(scope, stand_in="")
    return pipeline


def ends_groups(operator: Node) -> bool:
    """Whether it makes one row of a group, and one of an empty group too."""
    return operator.kind == "CountOperator" or (
        operator.kind == "SummarizeOperator" and operator.child("SummarizeOperatorByClause") is None)


def operators_of(node: Node) -> tuple[Node, ...]:
    """Of a subquery: the first one without a `|` before it."""
    if node.kind == "PipeSubExpression":
        first, *others = node.rules
        return first, *(other.rules[0] for other in others)
    return (node,)


def _where(node: Node, scope: Scope) -> Text:
    if not scope.stand_in:
        return windows.with_helpers(node, scope)
    [predicate] = node.rules[-1:]
    helpers: list[Helper] = []
    condition = replace(scope, helpers=helpers).text(predicate)
    return windows.between_helpers(node, made(node.start, "where ", scope.stand_in, " or (", condition, ")"), helpers)


def _with_group(node: Node, scope: Scope) -> Text:
    """project and distinct: the columns of the group stay."""
    helpers: list[Helper] = []
    inner = replace(scope, helpers=helpers)
    values = windows.values_of(node, inner)
    word = node.children[0].text
    hidden = ", ".join([scope.group, *scope.kept, *([scope.stand_in] if scope.stand_in else [])])
    return windows.between_helpers(node, made(node.start, f"{word} {hidden}, ", values), helpers)


def _sort(node: Node, scope: Scope) -> Text:
    keys = joined(node.start, ", ", [scope.text(rule) for rule in node.rules])
    return made(node.start, f"sort by {scope.group} asc, ", keys)


def _first(count: Text, order: list[str | Text], node: Node, scope: Scope) -> Text:
    row, rank = scope.fresh(), scope.fresh()
    group = f"pack_array({scope.group}, {scope.stand_in})" if scope.stand_in else scope.group
    keys = joined(node.start, ", ", [made(node.start, each) for each in (*order, row, "'asc last'")])
    also = f"{scope.stand_in} or " if scope.stand_in else ""
    ranked = made(node.start, f"extend {rank} = _kusto_rank({group}, ", keys, ")")
    first = made(node.start, f"where {also}{rank} <= ", count)
    return chained(node.start, f"extend {row} = _kusto_row()", ranked, first, f"project-away {row}, {rank}")


def _take(node: Node, scope: Scope) -> Text:
    return _first(scope.text(node.rules[-1]), [], node, scope)


def _top(node: Node, scope: Scope) -> Text:
    count, order = node.rules
    key, way, nulls = ordered(order)
    return _first(scope.text(count), [scope.text(named(key)[1]), f"'{way} {nulls}'"], node, scope)


def _count(node: Node, scope: Scope) -> Text:
    counted = f"countif(not({scope.stand_in}))" if scope.stand_in else "count()"
    kept = "".join(f", {name} = take_any({name})" for name in scope.kept)
    return made(node.start, f"summarize Count = {counted}{kept} by {scope.group}")


def _refuse(node: Node, scope: Scope) -> Text:
    raise NotSupportedError(f"{node.text.split()[0]} inside mv-apply or partition", node.start)


OPERATORS: Mapping[str, Rewriting] = {
    "WhereOperator": _where, "ProjectOperator": _with_group, "DistinctOperator": _with_group, "SortOperator": _sort,
    "TakeOperator": _take, "SampleOperator": _take, "TopOperator": _top, "CountOperator": _count,
    "SummarizeOperator": summarize, **dict.fromkeys(_WHOLE_TABLES, _refuse),
}
