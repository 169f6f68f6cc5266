"""duckdb-kql with more functions than it comes with, and faster.

Its tables of functions are data that it looks up by name; what is missing there is put into them once per process.
A fifth of its time goes into looking through a whole query for each kind of statement that it might have.
"""
from collections.abc import Callable, Mapping

import duckdb_kql.lower as lowering
from duckdb_kql import KqlUnsupportedError, ir, translate
from duckdb_kql.translate import functions as known
from duckdb_kql.translate import naming

from . import axis_functions, bag_functions, paths, scalar_functions, series_functions, timespans, window_functions
from .aggregate_functions import AGGREGATES
from .syntax import nodes_of_class

_Form = Callable[[ir.FunctionCall], str | None]


_NAMED_BY_ARGUMENT = frozenset(
    "format_bytes format_timespan rand series_fill_backward series_fill_const series_fill_forward series_fill_linear"
    " series_fir".split())
"""Functions whose column has the name of their first argument's, where it is given none."""


def install() -> None:
    """Once is enough; again does no harm."""
    if "_kusto_value" in known.SCALAR_FUNCTIONS:
        return
    known.AGGREGATE_FUNCTIONS.update({**AGGREGATES, **timespans.AGGREGATES, "_kusto_flat": axis_functions.FLAT})
    known.BINARY_OPERATORS["/"] = timespans.QUOTIENT
    for templates in (scalar_functions.TEMPLATES, bag_functions.TEMPLATES, axis_functions.TEMPLATES):
        for name, of_arity in templates.items():
            _add(name, tuple(of_arity), _templates(of_arity))
    for forms in (scalar_functions.FORMS, bag_functions.FORMS, series_functions.FORMS, window_functions.FORMS):
        for name, (arities, form) in forms.items():
            _add(name, arities, form)
    naming.NAME_PRESERVING |= _NAMED_BY_ARGUMENT
    lowering._find_all = nodes_of_class
    translate.render_range = scalar_functions.range_source
    translate.render_path, translate._mv_expand_elements = paths.path, paths.expanded
    for name in translate._SPECIAL_FORMS.keys() - known.SCALAR_FUNCTIONS.keys():
        known.SCALAR_FUNCTIONS[name] = known.FunctionSpec(name, "template", "")  # else no aggregate can stand in it


def _add(name: str, arities: tuple[int, ...], form: _Form) -> None:
    own = translate._SPECIAL_FORMS.get(name)

    def render(node: ir.FunctionCall) -> str | None:
        if len(node.args) not in arities:
            raise KqlUnsupportedError(f"function:{node.name}", hint=f"with {len(node.args)} arguments")
        found = form(node)
        return own(node) if found is None and own else found
    known.SCALAR_FUNCTIONS[name] = known.FunctionSpec(name, "template", "", arities)
    translate._SPECIAL_FORMS[name] = render


def _templates(of_arity: Mapping[int, str]) -> _Form:
    return lambda node: of_arity[len(node.args)].format(*map(translate.render_expr, node.args))
