"""What make-series is rewritten with: slots of an axis, and values laid out along it. No query of a user has these."""
from collections.abc import Mapping

from duckdb_kql.translate.functions import AggregateSpec

from .arrays import counted
from .scalar_functions import DATETIME_TEXT

_STEPS = {"time": "(epoch_us({0}) - epoch_us({1})) / epoch_us({2})", "number": "({0} - {1}) / {2}"}
_LAST = f"{{{{0}}}} + {counted('{{1}} - {{0}}')}"
_POINTS = f"to_json(list_transform(generate_series({{{{0}}}}, {_LAST}), lambda _i: {{point}}))"
_MICROSECONDS = "epoch_us({2}) + _i * epoch_us({3})"
_AT = "make_timestamp(" + _MICROSECONDS + ")"
_TIMESPAN = "to_microseconds(" + _MICROSECONDS + ")"

TEMPLATES: Mapping[str, Mapping[int, str]] = {
    **{f"_kusto_{kind}_slot": {3: f"CAST(floor({steps}) AS BIGINT)"} for kind, steps in _STEPS.items()},
    **{f"_kusto_{kind}_slot_before": {3: f"(CAST(ceil({steps}) AS BIGINT) - 1)"} for kind, steps in _STEPS.items()},
    "_kusto_datetime_axis": {4: _POINTS.format(point=DATETIME_TEXT.format(_AT))},
    "_kusto_timespan_axis": {4: _POINTS.format(point=f"CAST({_TIMESPAN} AS VARCHAR)")},
    "_kusto_number_axis": {4: _POINTS.format(point="{2} + _i * {3}")},
    "_kusto_padded": {3: (
        f"list_concat(list_transform(generate_series(1, {counted('{2}')}), lambda _i:"
        " CASE WHEN false THEN {0} ELSE {1} END), [{0}])")},  # of the type of the values
    "_kusto_laid_out": {3: (
        f"to_json(list_concat(coalesce({{0}}, []), list_transform(generate_series(1, {counted('{2}')}), lambda _i:"
        " CASE WHEN false THEN {0}[1] ELSE {1} END)))")},
}
FLAT = AggregateSpec("_kusto_flat", "flatten(list({0} ORDER BY {1}))", (2,))
