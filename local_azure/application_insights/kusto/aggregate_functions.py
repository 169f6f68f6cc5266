"""Aggregates of Kusto that duckdb-kql lacks, or answers otherwise than Kusto."""
from collections.abc import Mapping

from duckdb_kql.translate.functions import AGGREGATE_FUNCTIONS, AggregateSpec

from .bag_functions import MERGED

_LIST = "coalesce(list({0}) FILTER (WHERE {0} IS NOT NULL{also}), [])"
_SET = AGGREGATE_FUNCTIONS["make_set"].template
_SET_IF = _SET.replace("FILTER (WHERE {0} IS NOT NULL)", "FILTER (WHERE {0} IS NOT NULL AND {1})")
_MAPS = "list(CAST({0} AS MAP(VARCHAR, JSON))) FILTER (WHERE json_type({0}) = 'OBJECT'{also})"
_BAG = f"to_json(coalesce({MERGED.format(_MAPS)}, MAP {{{{}}}}))"
_ALSO = " AND {1}"


class _Collection(AggregateSpec):
    """A list, a set or a bag; a last argument beyond those of the template is how many elements it has at most."""

    def render(self, args: list[str]) -> str:
        least = min(self.arities)
        whole = self.template.format(*args[:least])
        if len(args) == least:
            return whole
        is_json = self.template.startswith("to_json")
        return f"to_json(CAST({whole} AS JSON[])[:{args[least]}])" if is_json else f"({whole})[:{args[least]}]"


def _collection(name: str, template: str, arities: tuple[int, ...], prefix: str) -> AggregateSpec:
    return _Collection(name, template, arities, name_prefix=prefix)


def _plain(name: str, template: str, arity: int, is_named_by_argument: bool = False) -> AggregateSpec:
    return AggregateSpec(name, template, (arity,), name_is_argument=is_named_by_argument)


AGGREGATES: Mapping[str, AggregateSpec] = {spec.name: spec for spec in (
    _collection("make_list", _LIST.replace("{also}", ""), (1, 2), "list"),
    _collection("make_list_if", _LIST.replace("{also}", _ALSO), (2, 3), "list"),
    _collection("make_list_with_nulls", "to_json(coalesce(list({0}), []))", (1,), "list"),
    _collection("make_set", _SET, (1, 2), "set"),
    _collection("make_set_if", _SET_IF, (2, 3), "set"),
    _collection("make_bag", _BAG.replace("{also}", ""), (1,), "bag"),
    _collection("make_bag_if", _BAG.replace("{also}", _ALSO), (2,), "bag"),
    _plain("count_distinct", "count(DISTINCT {0})", 1),
    _plain("count_distinctif", "count(DISTINCT {0}) FILTER (WHERE {1})", 2),
    _plain("minif", "min({0}) FILTER (WHERE {1})", 2),
    _plain("maxif", "max({0}) FILTER (WHERE {1})", 2),
    _plain("take_anyif", "any_value({0}) FILTER (WHERE {1})", 2, is_named_by_argument=True),
    _plain("stdevp", "coalesce(stddev_pop({0}), 0.0)", 1),
    _plain("variancep", "coalesce(var_pop({0}), 0.0)", 1),
    *(_plain(f"binary_all_{how}", f"bit_{how}({{0}})", 1, is_named_by_argument=True) for how in ("and", "or", "xor")),
)}
