"""Functions over the rows before and after, as windows of the engine. Only rewritten queries hold them."""
from collections.abc import Callable, Mapping

from duckdb_kql import ir
from duckdb_kql.translate import render_expr


def _over(arguments: tuple[ir.Expr, ...], frame: str = "") -> str:
    """The window of the rows in the order of the first argument, apart by the others."""
    row, *parts = map(render_expr, arguments)
    partition = f"PARTITION BY {', '.join(parts)} " if parts else ""
    return f"OVER ({partition}ORDER BY {row}{frame})"


def _neighbour(function: str) -> Callable[[ir.FunctionCall], str]:
    def render(node: ir.FunctionCall) -> str:
        value, offset = map(render_expr, node.args[:2])
        default = node.args[2]
        window = _over(node.args[3:])
        if not (isinstance(default, ir.FunctionCall) and default.name == "_kusto_nothing"):
            return f"{function}({value}, {offset}, {render_expr(default)}) {window}"
        found = f"{function}({value}, {offset}) {window}"
        return f"CASE WHEN typeof({value}) = 'VARCHAR' AND {found} IS NULL THEN '' ELSE {found} END"  # no null strings
    return render


def _running(function: str) -> Callable[[ir.FunctionCall], str]:
    def render(node: ir.FunctionCall) -> str:
        value, *order = node.args
        return f"{function}({render_expr(value)}) {_over(tuple(order), ' ROWS UNBOUNDED PRECEDING')}"
    return render


def _row_number(node: ir.FunctionCall) -> str:
    return f"row_number() {_over(node.args)}"


def _rank(node: ir.FunctionCall) -> str:
    """The number of each row in its group, by several keys: the group, and after each key 'asc' or 'desc' and where
    its nulls are, as `(group, key, 'desc last', …)`."""
    group, *keys = node.args
    order = ", ".join(f"{render_expr(key)} {_ORDERS[str(how.value)]}" for key, how in zip(keys[::2], keys[1::2])
                      if isinstance(how, ir.Literal))
    return f"row_number() OVER (PARTITION BY {render_expr(group)}{' ORDER BY ' + order if order else ''})"


_ORDERS = {f"{way} {nulls}": f"{way.upper()} NULLS {nulls.upper()}" for way in ("asc", "desc")
           for nulls in ("first", "last")}
_ANY = tuple(range(1, 20))
FORMS: Mapping[str, tuple[tuple[int, ...], Callable[[ir.FunctionCall], str | None]]] = {
    "_kusto_row": ((0,), lambda node: "row_number() OVER ()"),
    "_kusto_row_number": (_ANY, _row_number),
    "_kusto_lag": (_ANY, _neighbour("lag")),
    "_kusto_lead": (_ANY, _neighbour("lead")),
    "_kusto_running_sum": (_ANY, _running("sum")),
    "_kusto_running_max": (_ANY, _running("max")),
    "_kusto_rank": (_ANY, _rank),
}
