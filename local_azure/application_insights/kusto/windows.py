"""Functions over the rows before and after: row_number, prev, next, row_cumsum, row_rank_dense, row_rank_min.

Each becomes a column that is added before its operator and taken away after it, written with functions of the engine
that exist here alone (see `window_functions`).
"""
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain

from .multiple import columns_of, is_multiple
from .scope import Helper, NotSupportedError, Rewriting, Scope, chained
from .syntax import Node
from .text import Text, joined, made

_WITHOUT_HELPERS_AFTERWARDS = ("ProjectOperator", "DistinctOperator", "SummarizeOperator")


def with_helpers(node: Node, scope: Scope) -> Text:
    """An operator whose expressions may need columns that are added before it."""
    helpers: list[Helper] = []
    inner = replace(scope, helpers=helpers)
    operator = inner.inner_text(node)
    if any(map(is_multiple, node.rules)):
        operator = made(node.start, f"{node.children[0].text} ", values_of(node, inner))
    return between_helpers(node, operator, helpers)


def values_of(node: Node, scope: Scope) -> Text:
    """The columns that an operator lists."""
    values = (columns_of(rule, scope) if is_multiple(rule) else [scope.text(rule)] for rule in node.rules)
    return joined(node.start, ", ", chain.from_iterable(values))


def between_helpers(node: Node, operator: Text, helpers: list[Helper]) -> Text:
    if not helpers:
        return operator
    added = [made(node.start, f"extend {helper.name} = ", helper.value) for helper in helpers]
    names = ", ".join(helper.name for helper in helpers)
    is_tidy = node.kind in _WITHOUT_HELPERS_AFTERWARDS
    return chained(node.start, *added, operator, "" if is_tidy else f"project-away {names}")


def helper(value: Text, scope: Scope, node: Node) -> str:
    """The name of a column with that value, which is there when the operator runs."""
    if scope.helpers is None:
        raise NotSupportedError(f"{node.text.split('(')[0]}() in this place", node.start,
                                "compute it with extend before")
    name = scope.fresh()
    scope.helpers.append(Helper(name, value))
    return name


def call(node: Node, scope: Scope) -> Text:
    """A call of one of the functions."""
    name, *arguments = node.rules
    needed, most, write = _FUNCTIONS[name.text]
    if not needed <= len(arguments) <= most:
        raise NotSupportedError(f"{name.text}() with {len(arguments)} arguments", node.start)
    row = _row_numbers(scope, node)
    value = write([scope.text(argument) for argument in arguments], _Rows(scope, node, row))
    return made(node.start, f"_kusto_value({helper(value, scope, node)})")


class _Rows:
    """The order of the rows, and the parts that they fall into."""

    def __init__(self, scope: Scope, node: Node, row: str, parts: tuple[str, ...] = ()) -> None:
        self.scope, self.node, self.row = scope, node, row
        self.parts = parts or ((scope.group,) if scope.group else ())

    def over(self, function: str, *arguments: str | Text) -> Text:
        """The engine's function over the rows up to each, or one of them."""
        listed = [made(self.node.start, each) for each in (*arguments, self.row, *self.parts)]
        return made(self.node.start, f"{function}(", joined(self.node.start, ", ", listed), ")")

    def column(self, value: Text) -> str:
        return helper(value, self.scope, self.node)

    def restarted(self, condition: Text) -> "_Rows":
        """A part begins at each row where the condition holds."""
        part = self.column(self.over("_kusto_running_sum", made(self.node.start, "iff(", condition, ", 1, 0)")))
        return _Rows(self.scope, self.node, self.row, (*self.parts, part))


def _row_numbers(scope: Scope, node: Node) -> str:
    for each in scope.helpers or ():
        if str(each.value) == "_kusto_row()":
            return each.name
    return helper(made(node.start, "_kusto_row()"), scope, node)


def _neighbour(function: str) -> "_Writing":
    def write(arguments: list[Text], rows: _Rows) -> Text:
        value, *others = arguments
        offset = others[0] if others else "1"
        return rows.over(function, value, offset, *others[1:] or ("_kusto_nothing()",))
    return write


def _row_number(arguments: list[Text], rows: _Rows) -> Text:
    start, *restart = arguments or [made(rows.node.start, "1")]
    ordered = rows.restarted(restart[0]) if restart else rows
    return made(rows.node.start, ordered.over("_kusto_row_number"), " + (", start, ") - 1")


def _row_cumsum(arguments: list[Text], rows: _Rows) -> Text:
    value, *restart = arguments
    return (rows.restarted(restart[0]) if restart else rows).over("_kusto_running_sum", value)


def _row_rank(function: str) -> "_Writing":
    def write(arguments: list[Text], rows: _Rows) -> Text:
        term, *restart = arguments
        ordered = rows.restarted(restart[0]) if restart else rows
        before = ordered.column(ordered.over("_kusto_lag", term, "1", "_kusto_nothing()"))
        number = ordered.column(ordered.over("_kusto_row_number"))
        is_new = ordered.column(made(rows.node.start, f"{number} == 1 or ", term, f" != {before}"))
        if function == "dense":
            return ordered.over("_kusto_running_sum", f"iff({is_new}, 1, 0)")
        return ordered.over("_kusto_running_max", f"iff({is_new}, {number}, long(null))")
    return write


_Writing = Callable[[list[Text], _Rows], Text]
_FUNCTIONS: Mapping[str, tuple[int, int, _Writing]] = {  # with the least and the most of arguments
    "row_number": (0, 2, _row_number),
    "prev": (1, 3, _neighbour("_kusto_lag")),
    "next": (1, 3, _neighbour("_kusto_lead")),
    "row_cumsum": (1, 2, _row_cumsum),
    "row_rank_dense": (1, 2, _row_rank("dense")),
    "row_rank_min": (1, 2, _row_rank("min")),
}
CALLS: Mapping[str, Rewriting] = {name: call for name in _FUNCTIONS}
OPERATORS: Mapping[str, Rewriting] = {
    name: with_helpers for name in ("WhereOperator", "ExtendOperator", "ProjectOperator", "DistinctOperator")}


def serialize(node: Node, scope: Scope) -> Text:
    """Rows are always in order here: what is left of the operator is an `extend`."""
    if not node.rules:
        return Text()
    helpers: list[Helper] = []
    inner = replace(scope, helpers=helpers)
    return between_helpers(node, made(node.start, "extend ", values_of(node, inner)), helpers)
