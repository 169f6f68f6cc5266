"""Functions over property bags and sets that duckdb-kql lacks, or answers otherwise than Kusto."""
from collections.abc import Callable, Mapping

from duckdb_kql import ir
from duckdb_kql.translate import render_expr

_IS_BAG = "json_type({0}) = 'OBJECT'"
_ENTRIES = "map_entries(CAST({0} AS MAP(VARCHAR, JSON)))"
_ARRAY = "CAST(to_json({}) AS JSON[])"
# Numbers by their value, other elements by their text, which is never that of a number.
_SORT_KEYS = (
    "list_transform(CAST(to_json({0}) AS JSON[]), lambda _x: {{{{'number': CASE WHEN json_type(_x) IN"
    " ('UBIGINT', 'BIGINT', 'DOUBLE') THEN CAST(_x AS DOUBLE) END, 'text': _x ->> '$', 'value': _x}}}})")

TEMPLATES: Mapping[str, Mapping[int, str]] = {  # by the number of arguments
    "bag_keys": {1: f"CASE WHEN {_IS_BAG} THEN to_json(json_keys({{0}})) END"},
    "_kusto_with_one_more": {1: (
        "to_json(list_concat(CASE json_type(to_json({0})) WHEN 'ARRAY' THEN CAST(to_json({0}) AS JSON[])"
        " WHEN 'OBJECT' THEN list_transform(map_entries(TRY_CAST(to_json({0}) AS MAP(VARCHAR, JSON))),"
        " lambda _e: json_object(_e.key, _e.value)) ELSE [] END, [CAST(NULL AS JSON)]))")},
    "_kusto_length": {1: "CAST(json_array_length({0}) AS BIGINT)"},
    "_kusto_slots": {1: (
        f"CASE WHEN {_IS_BAG} THEN to_json(list_transform(map_entries(CAST({{0}} AS MAP(VARCHAR, JSON))),"
        f" lambda _e: json_type(_e.value) || ':' || _e.key)) END")},
    "bag_has_key": {2: f"CASE WHEN {_IS_BAG} THEN list_contains(json_keys({{0}}), {{1}}) END"},
    "bag_remove_keys": {2: (
        f"CASE WHEN {_IS_BAG} THEN to_json(map_from_entries(list_filter({_ENTRIES}, lambda _e:"
        f" NOT list_contains(CAST(to_json({{1}}) AS VARCHAR[]), _e.key)))) END")},
    "bag_set_key": {3: (
        f"CASE WHEN {_IS_BAG} THEN to_json(map_concat(CAST({{0}} AS MAP(VARCHAR, JSON)),"
        f" map([{{1}}], [to_json({{2}})]))) END")},
    "array_index_of": {2: (
        "CAST(coalesce(list_position(CAST(to_json({0}) AS JSON[]), CAST(to_json({1}) AS JSON)) - 1, -1) AS BIGINT)")},
    "array_sort_asc": {1: f"to_json(list_transform(list_sort({_SORT_KEYS.format('{0}')}), lambda _s: _s.value))"},
    "array_sort_desc": {
        1: f"to_json(list_transform(list_reverse_sort({_SORT_KEYS.format('{0}')}), lambda _s: _s.value))"},
}


MERGED = ("list_reduce({}, lambda _a, _b: map_concat(_a, map_from_entries(list_filter(map_entries(_b),"
          " lambda _e: NOT list_contains(map_keys(_a), _e.key)))))")
"""Of several maps, the first that has a key counts."""


def _bag_merge(node: ir.FunctionCall) -> str:
    bags = [render_expr(argument) for argument in node.args]
    maps = ", ".join(f"CAST(CASE WHEN {_IS_BAG.format(bag)} THEN {bag} ELSE '{{}}' END AS MAP(VARCHAR, JSON))"
                     for bag in bags)
    return f"to_json({MERGED.format(f'[{maps}]')})"


def _set_of(condition: str) -> Callable[[ir.FunctionCall], str]:
    """The elements of the first array for which a condition on the others holds, each once."""
    def render(node: ir.FunctionCall) -> str:
        first, *others = (_ARRAY.format(render_expr(argument)) for argument in node.args)
        held = " AND ".join(condition.format(other) for other in others)
        return _distinct(f"list_filter({first}, lambda _x: {held})")
    return render


def _set_union(node: ir.FunctionCall) -> str:
    return _distinct(f"list_concat({', '.join(_ARRAY.format(render_expr(each)) for each in node.args)})")


def _distinct(elements: str) -> str:
    """In the order in which they come first."""
    once = "list_filter(_l, lambda _x, _i: list_position(_l, _x) = _i)"
    return f"to_json(list_transform([{elements}], lambda _l: {once})[1])"


_SEVERAL = tuple(range(2, 65))
FORMS: Mapping[str, tuple[tuple[int, ...], Callable[[ir.FunctionCall], str | None]]] = {
    "bag_merge": (_SEVERAL, _bag_merge),
    "set_union": (_SEVERAL, _set_union),
    "set_intersect": (_SEVERAL, _set_of("list_contains({}, _x)")),
    "set_difference": (_SEVERAL, _set_of("NOT list_contains({}, _x)")),
}
