"""Scalar functions of Kusto that duckdb-kql lacks, or answers otherwise than Kusto: SQL with a place per argument.

What each answers follows its page in the "Kusto Query Language" reference.
"""
from collections.abc import Callable, Mapping

from duckdb_kql import ir
from duckdb_kql.translate import quote_ident, render_bin, render_expr, render_range

from .arrays import counted
from .formats import format_bytes, format_timespan
from .typing import is_datetime, is_timespan

_FROM_EPOCH = "TRY(make_timestamp(CAST({{0}} * {microseconds} AS BIGINT)))"
_OF_DATETIME_AS_INT = {
    "getyear": "year", "getmonth": "month", "monthofyear": "month", "dayofmonth": "day", "dayofyear": "dayofyear",
    "hourofday": "hour", "week_of_year": "weekofyear", "weekofyear": "weekofyear",
}

TEMPLATES: Mapping[str, Mapping[int, str]] = {  # by the number of arguments
    "unixtime_seconds_todatetime": {1: _FROM_EPOCH.format(microseconds=1_000_000)},
    "unixtime_milliseconds_todatetime": {1: _FROM_EPOCH.format(microseconds=1_000)},
    "unixtime_microseconds_todatetime": {1: _FROM_EPOCH.format(microseconds=1)},
    "unixtime_nanoseconds_todatetime": {1: "TRY(make_timestamp(CAST({0} // 1000 AS BIGINT)))"},
    **{name: {1: f"CAST({part}({{0}}) AS INTEGER)"} for name, part in _OF_DATETIME_AS_INT.items()},
    "datetime_utc_to_local": {2: "(({0} AT TIME ZONE 'UTC') AT TIME ZONE {1})"},
    "datetime_local_to_utc": {2: "(({0} AT TIME ZONE {1}) AT TIME ZONE 'UTC')"},
    "url_encode": {1: "replace(url_encode({0}), '%20', '+')"},
    "url_encode_component": {1: "url_encode({0})"},
    "url_decode": {1: "url_decode({0})"},
    "extract_json": {2: "coalesce(json_extract_string(TRY_CAST({1} AS JSON), {0}), '')"},
    "tohex": {1: "printf('%x', CAST({0} AS BIGINT))"},
    "strcmp": {2: "CAST(CASE WHEN {0} < {1} THEN -1 WHEN {0} > {1} THEN 1 ELSE 0 END AS BIGINT)"},
    "repeat": {2: f"to_json(list_transform(generate_series(1, {counted('{1}')}), lambda _i: {{0}}))"},
    "strrep": {2: "repeat({0}, least({1}, 1024))"},
    "rand": {0: "random()", 1: "CAST(floor(random() * {0}) AS BIGINT)"},
    "new_guid": {0: "uuid()"},
    "_kusto_value": {1: "{0}"},
    "_kusto_nothing": {0: "NULL"},
    "_kusto_unless": {2: "CASE WHEN NOT {0} THEN {1} END"},
}


def _bin(node: ir.FunctionCall) -> str | None:
    """Of a datetime or a timespan, whatever tells that the size is a timespan; None leaves numbers to duckdb-kql."""
    if not (is_timespan(node.args[1]) or is_datetime(node.args[0])):
        return None
    value, size = (f"epoch_us({render_expr(argument)})" for argument in node.args)
    size = f"NULLIF({size}, 0)"
    return f"({render_expr(node.args[0])} - to_microseconds((({value} % {size}) + {size}) % {size}))"


def _bin_at(node: ir.FunctionCall) -> str:
    number, step, start = node.args
    if not is_timespan(step):
        past_start = ir.FunctionCall("bin", (ir.BinaryOp("-", number, start), step))
        return f"({render_bin(past_start)} + {render_expr(start)})"
    value, size, fixed = (f"epoch_us({render_expr(argument)})" for argument in node.args)
    size = f"NULLIF({size}, 0)"
    past = f"((({value} - {fixed}) % {size}) + {size}) % {size}"
    return f"({render_expr(node.args[0])} - to_microseconds({past}))"


def _range(node: ir.FunctionCall) -> str:
    start, stop, step = (*map(render_expr, node.args), "1")[:3]
    if len(node.args) == 3 and is_timespan(node.args[2]) and is_datetime(node.args[0]):
        steps = counted(f"(epoch_us({stop}) - epoch_us({start})) // epoch_us({step})")
        times = f"generate_series({start}, {start} + ({steps}) * {step}, {step})"
        return f"to_json(list_transform({times}, lambda _t: {DATETIME_TEXT.format('_t')}))"
    last = counted(f"CAST(floor(({stop} - {start}) / {step}) AS BIGINT)")
    return f"to_json(list_transform(generate_series(0, {last}), lambda _i: {start} + _i * {step}))"


def range_source(source: ir.RangeSource) -> str:
    """`range` as a table that the engine makes row by row; duckdb-kql makes an array of it first, whatever its size."""
    bounds = [source.start, source.stop, source.step]
    is_time = any(is_datetime(bound) or is_timespan(bound) for bound in bounds)
    if any(isinstance(bound, ir.ToScalar | ir.LetRef) for bound in bounds):
        return render_range(source)
    values = ", ".join(render_expr(bound) if is_time else f"CAST({render_expr(bound)} AS BIGINT)" for bound in bounds)
    name = quote_ident(source.name)
    return f"SELECT {name} FROM generate_series({values}) AS _range({name})"


DATETIME_TEXT = "strftime({}, '%Y-%m-%dT%H:%M:%S.%f0Z')"
FORMS: Mapping[str, tuple[tuple[int, ...], Callable[[ir.FunctionCall], str | None]]] = {
    "bin": ((2,), _bin),
    "floor": ((2,), _bin),
    "bin_at": ((3,), _bin_at),
    "range": ((2, 3), _range),
    "format_timespan": ((2,), format_timespan),
    "format_bytes": ((1, 2, 3), format_bytes),
}
"""Those that depend on what the arguments are. None leaves it to duckdb-kql's own."""
