"""Sums, averages and quotients of timespans, which the engine has for numbers alone.

Whether a column holds timespans is known to the engine and not to the translation, so they are tried as numbers first;
where that is refused, the query is translated anew, with macros that the engine chooses by the types.
"""
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from duckdb_kql.translate.functions import AGGREGATE_FUNCTIONS, BINARY_OPERATORS, AggregateSpec, BinarySpec

_WITH_TIMESPANS: ContextVar[bool] = ContextVar("with_timespans", default=False)
_NUMBERS = ("BIGINT", "HUGEINT", "DOUBLE", "DECIMAL")
_TICKS = "to_microseconds(CAST(coalesce({}, 0) AS BIGINT))"
_NAN = "CAST('NaN' AS DOUBLE)"


@contextmanager
def with_timespans() -> Iterator[None]:
    """What is translated meanwhile needs the MACROS in the connection that it runs on."""
    token = _WITH_TIMESPANS.set(True)
    try:
        yield
    finally:
        _WITH_TIMESPANS.reset(token)


def are_with_timespans() -> bool:
    """Whether a translation made now is one for timespans."""
    return _WITH_TIMESPANS.get()


class _Aggregate(AggregateSpec):
    def render(self, args: list[str]) -> str:
        return f"kusto_{self.name}({', '.join(args)})" if _WITH_TIMESPANS.get() else super().render(args)


class _Quotient(str):
    """The template of a division."""

    def format(self, *args: object, **kwargs: object) -> str:
        return "kusto_quotient({}, {})".format(*args) if _WITH_TIMESPANS.get() else super().format(*args, **kwargs)


def _macro(name: str, more: str, of_timespans: str, of_numbers: str) -> str:
    forms = [f"(a INTERVAL{more}) AS {of_timespans}", *(f"(a {kind}{more}) AS {of_numbers}" for kind in _NUMBERS)]
    return f"CREATE OR REPLACE TEMP MACRO {name}{', '.join(forms)}"


_IF, _WHERE = ", b BOOLEAN", " FILTER (WHERE b)"
_QUOTIENTS = [
    "(a INTERVAL, b INTERVAL) AS epoch(a) / epoch(b)", "(a INTERVAL, b BIGINT) AS a / b",
    "(a INTERVAL, b DOUBLE) AS a / b",
    *(f"(a {kind}, b {kind}) AS a // NULLIF(b, 0)" for kind in _NUMBERS)]
MACROS = "; ".join((
    _macro("kusto_sum", "", _TICKS.format("sum(epoch_us(a))"), "coalesce(sum(a), 0)"),
    _macro("kusto_sumif", _IF, _TICKS.format(f"sum(epoch_us(a)){_WHERE}"), f"coalesce(sum(a){_WHERE}, 0)"),
    _macro("kusto_avg", "", "avg(a)", f"coalesce(avg(a), {_NAN})"),
    _macro("kusto_avgif", _IF, f"avg(a){_WHERE}", f"coalesce(avg(a){_WHERE}, {_NAN})"),
    f"CREATE OR REPLACE TEMP MACRO kusto_quotient{', '.join(_QUOTIENTS)}",
))
AGGREGATES: Mapping[str, AggregateSpec] = {
    name: _Aggregate(name, AGGREGATE_FUNCTIONS[name].template, AGGREGATE_FUNCTIONS[name].arities)
    for name in ("sum", "sumif", "avg", "avgif")}
QUOTIENT = BinarySpec("/", _Quotient(BINARY_OPERATORS["/"].template))
