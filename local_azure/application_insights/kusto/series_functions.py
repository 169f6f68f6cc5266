"""Functions over series, which are arrays of numbers, as "Time series analysis" has them."""
from collections.abc import Callable, Mapping

from duckdb_kql import KqlUnsupportedError, ir
from duckdb_kql.translate import render_expr

_Form = Callable[[ir.FunctionCall], str]
_COUNT, _MEAN, _VARIANCE = "len(_l)", "list_avg(_l)", "list_var_samp(_l)"
_MIDDLE = f"(({_COUNT} - 1) / 2.0)"
_SLOPE = (f"(list_sum(list_transform(_l, lambda _x, _i: (_i - 1 - {_MIDDLE}) * (_x - {_MEAN})))"
          f" / ({_COUNT} * ({_COUNT} * {_COUNT} - 1) / 12.0))")
_INTERCEPTION = f"({_MEAN} - {_SLOPE} * {_MIDDLE})"
_REST = f"list_var_samp(list_transform(_l, lambda _x, _i: _x - {_SLOPE} * (_i - 1)))"

STATISTICS: Mapping[str, str] = {  # in the order of series_stats(), which leaves out the last two
    "min": "list_min(_l)", "min_idx": "CAST(list_position(_l, list_min(_l)) - 1 AS BIGINT)",
    "max": "list_max(_l)", "max_idx": "CAST(list_position(_l, list_max(_l)) - 1 AS BIGINT)",
    "avg": _MEAN, "stdev": "list_stddev_samp(_l)", "variance": _VARIANCE, "sum": "list_sum(_l)", "len": _COUNT,
}
LINE: Mapping[str, str] = {  # in the order of series_fit_line()
    "rsquare": f"1 - {_REST} / {_VARIANCE}", "slope": _SLOPE, "variance": _VARIANCE, "rvariance": _REST,
    "interception": _INTERCEPTION,
    "line_fit": f"to_json(list_transform(_l, lambda _x, _i: {_INTERCEPTION} + {_SLOPE} * (_i - 1)))",
}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    # what is a column each, by the function, with the function for it
    "series_stats": {name: f"_kusto_series_{name}" for name in list(STATISTICS)[:-2]},
    "series_fit_line": {name: f"_kusto_line_{name}" for name in LINE},
}


def _of_series(value: str) -> _Form:
    """A value of a whole series `_l`; null where an element is no number, unless such are to be left out."""
    def render(node: ir.FunctionCall) -> str:
        numbers = _numbers(node.args[0])
        if len(node.args) > 1:
            finite = f"list_filter({numbers}, lambda _x: isfinite(_x))"
            numbers = f"CASE WHEN {render_expr(node.args[1])} THEN {finite} ELSE {numbers} END"
        is_finite = "list_bool_and(list_transform(_l, lambda _x: _x IS NOT NULL AND isfinite(_x)))"
        return f"list_transform([{numbers}], lambda _l: CASE WHEN {is_finite} THEN {value} END)[1]"
    return render


def _numbers(node: ir.Expr) -> str:
    return f"CAST(to_json({render_expr(node)}) AS DOUBLE[])"


def _bag_of(values: Mapping[str, str]) -> str:
    return f"json_object({', '.join(f'{name!r}, {value}' for name, value in values.items())})"


def _of_pairs(value: str) -> _Form:
    """Element by element of two series `_l` and `_r`, or of a series and a number."""
    def render(node: ir.FunctionCall) -> str:
        left, right = (f"CASE WHEN json_type(to_json({sql})) = 'ARRAY' THEN CAST(to_json({sql}) AS DOUBLE[]) END"
                       for sql in map(render_expr, node.args))
        first, second = (f"coalesce({{'s': {series}}}.s[_i], CASE WHEN {{'s': {series}}}.s IS NULL"
                         f" THEN TRY_CAST({render_expr(arg)} AS DOUBLE) END)"
                         for series, arg in zip((left, right), node.args))
        count = f"greatest(coalesce(len({left}), 0), coalesce(len({right}), 0))"
        return (f"to_json(list_transform(generate_series(1, {count}), lambda _i:"
                f" {value.format(first, second)}))")
    return render


def _fir(node: ir.FunctionCall) -> str:
    """A weighted sum of each element and those before it, or around it."""
    numbers, weights = _numbers(node.args[0]), _numbers(node.args[1])
    is_normal = render_expr(node.args[2]) if len(node.args) > 2 else "list_min(_w) >= 0"
    shift = f"(CASE WHEN {render_expr(node.args[3])} THEN len(_w) // 2 ELSE 0 END)" if len(node.args) > 3 else "0"
    element = f"coalesce(_l[_i + {shift} - _j + 1], 0)"
    in_range = f"CASE WHEN _i + {shift} - _j + 1 BETWEEN 1 AND len(_l) THEN {element} ELSE 0 END"
    total = f"list_sum(list_transform(_w, lambda _v, _j: _v * ({in_range})))"
    scale = f"(CASE WHEN {is_normal} THEN list_sum(_w) ELSE 1 END)"
    filtered = f"list_transform(_l, lambda _x, _i: {total} / {scale})"
    inner = f"list_transform([{weights}], lambda _w: {filtered})[1]"
    return f"to_json(list_transform([{numbers}], lambda _l: {inner})[1])"


def _fill(node: ir.FunctionCall) -> str:
    """series_fill_const, _forward, _backward or _linear: elements for those that are null."""
    how = node.name.removeprefix("series_fill_")
    if len(node.args) > (2 if how == "const" else 1):
        raise KqlUnsupportedError(f"function:{node.name}", hint="its placeholder for a missing value is null here")
    before = "list_last(list_filter(_l[1:_i], lambda _y: _y IS NOT NULL))"
    after = "list_first(list_filter(_l[_i:], lambda _y: _y IS NOT NULL))"
    gap_start = "(_i - list_position(list_transform(list_reverse(_l[1:_i]), lambda _y: _y IS NOT NULL), true) + 1)"
    gap_stop = "(_i + list_position(list_transform(_l[_i:], lambda _y: _y IS NOT NULL), true) - 1)"
    between = (f"coalesce({before} + ({after} - {before}) * (_i - {gap_start}) / ({gap_stop} - {gap_start}),"
               f" {before}, {after})")
    value = {"const": render_expr(node.args[-1]), "forward": before, "backward": after, "linear": between}[how]
    return (f"to_json(list_transform([{_numbers(node.args[0])}], lambda _l: list_transform(_l, lambda _x, _i:"
            f" coalesce(_x, {value})))[1])")


_ARITHMETIC = {"add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}"}
_COMPARISONS = {"greater": ">", "greater_equals": ">=", "less": "<", "less_equals": "<=", "equals": "=",
                "not_equals": "<>"}
FORMS: Mapping[str, tuple[tuple[int, ...], _Form]] = {
    **{f"_kusto_series_{name}": ((1, 2), _of_series(value)) for name, value in STATISTICS.items()},
    **{f"_kusto_line_{name}": ((1,), _of_series(value)) for name, value in LINE.items()},
    "series_stats_dynamic": ((1, 2), _of_series(_bag_of(STATISTICS))),
    "series_fit_line_dynamic": ((1,), _of_series(_bag_of(LINE))),
    "series_sum": ((1,), _of_series("list_sum(_l)")),
    **{f"series_{name}": ((2,), _of_pairs(value)) for name, value in _ARITHMETIC.items()},
    **{f"series_{name}": ((2,), _of_pairs(f"{{}} {sign} {{}}")) for name, sign in _COMPARISONS.items()},
    "series_fir": ((2, 3, 4), _fir),
    **{f"series_fill_{how}": ((1, 2), _fill) for how in ("const", "forward", "backward", "linear")},
}
