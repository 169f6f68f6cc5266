"""What can be told about the type of an expression before it runs."""
from duckdb_kql import ir
from duckdb_kql.translate import _is_datetime_expr, _is_timespan_expr

_OF_THEIR_LAST = ("iff", "iif", "coalesce", "max_of", "min_of", "bin", "abs")
_DATETIME_COLUMN = "timestamp"  # what every table has


def is_timespan(node: ir.Expr) -> bool:
    """Also of a part or a multiple of a timespan, and of the time between two datetimes."""
    if isinstance(node, ir.BinaryOp):
        sides = (is_timespan(node.left), is_timespan(node.right))
        if node.op == "-" and is_datetime(node.left) and is_datetime(node.right):
            return True
        return all(sides) if node.op in ("+", "-", "%") else node.op in ("*", "/") and sides[0] != sides[1]
    if isinstance(node, ir.FunctionCall) and node.args and node.name.lower() in _OF_THEIR_LAST:
        return is_timespan(node.args[-1])
    if isinstance(node, ir.FunctionCall) and node.name.lower() == "make_timespan":
        return True
    return bool(_is_timespan_expr(node))


def is_datetime(node: ir.Expr) -> bool:
    if isinstance(node, ir.ColumnRef):
        return node.name == _DATETIME_COLUMN
    if isinstance(node, ir.BinaryOp) and node.op in ("+", "-"):
        return is_datetime(node.left) and not is_datetime(node.right)
    if isinstance(node, ir.FunctionCall) and node.name.lower().startswith(("unixtime_", "make_datetime", "bin")):
        return node.name.lower().startswith(("unixtime_", "make_datetime")) or is_datetime(node.args[0])
    return bool(_is_datetime_expr(node))
