"""Steps of a translated query that read kept columns in place of JSON, and look for the latest rows by their numbers.

A query is a list of steps, each on a line of its own: `_s2 AS (SELECT ... FROM _s1)`. From `traces` on, each step gets
a twin `_k2`, with the kept columns besides and the number of the row, for as long as the steps have a form known here:

- what filters, orders or adds a column is its twin without what the twin has besides,
- what names the columns that it takes reads them from the twin before it,
- what takes the latest row of each group finds the numbers of these rows first: no group has to hold all columns.

What has another form ends that, and stays as it is, so no query has to be understood to be made faster.
"""
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from .kept_dimensions import COLUMNS, FUNCTIONS, are_named_in, reading
from .kept_templates import pattern
from .schema import TABLES, stored

_TABLE = stored("traces")
_ROW = '"$row"'
_ALL = ", ".join(f'"{name}"' for name in TABLES["traces"])
_OWN = ", ".join((_ROW, *(f'"{name}"' for name in COLUMNS)))

_NOT_KEPT = " NOT MATERIALIZED"
"""Of a twin: where two steps read one, the engine would write down all its columns of a million rows for both, although
one wants three of them. To read the table twice is half the work."""

_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")
_SOURCE = re.compile(r'(?:|.*[ (])(?:WITH|    ) _s0 AS \(SELECT \* FROM "traces"\),')
_STEP = re.compile(r" +_s(\d+) AS \((SELECT .*)\)(,?)")
_OTHER = re.compile(
    r"\b(?:DISTINCT|COLUMNS|unnest|generate_subscripts|random|\w*uuid\w*)\b|(?:SELECT |, |\.|(?<!count)\()\*",
    re.IGNORECASE)
"""What takes columns that it does not name, other than by the step's own `SELECT *`; makes more rows of one; or is
another value each time that it is asked for."""
_EXTREME = re.compile(r'(max|min)\(("[^"]+")\) AS \2')
_AT_EXTREME = re.compile(
    r""", COALESCE\((arg_max|arg_min)\(\{'v': ("[^"]+")\}, ("[^"]+")\), any_value\(\{'v': \2\}\)\)\['v'\] AS \2""")


@dataclass(frozen=True, slots=True)
class _Step:
    """`SELECT taken FROM _s(number - 1) rest`."""

    number: int
    taken: str
    rest: str
    comma: str

    def named(self, prefix: str, body: str, comma: str = ",") -> str:
        return f"     {prefix}{self.number} AS{_NOT_KEPT if prefix == '_k' else ''} ({body}){comma}"

    def own(self, body: str) -> str:
        return self.named("_s", body, self.comma)

    @property
    def twin(self) -> str:
        return f"_k{self.number}"

    @property
    def twin_before(self) -> str:
        return f"_k{self.number - 1}"


def with_kept_columns(sql: str) -> str:
    """The same answers from fewer columns, where the engine has the tables of `schema`."""
    if are_named_in(sql) or any("\n" in quoted for quoted in _QUOTED.findall(sql)):
        return sql
    return "\n".join(_lines(sql.split("\n")))


def _lines(lines: list[str]) -> Iterator[str]:
    form: _Form | None = None
    for line in lines:
        if _SOURCE.fullmatch(line):
            yield line
            yield f'     _k0 AS{_NOT_KEPT} (SELECT rowid AS {_ROW}, * FROM "{_TABLE}"),'
            form = _from_table
            continue
        step = _step(line) if form else None
        found = form(step) if form and step else None
        form = found.form if found else None
        yield from found.lines if found else (line,)


def _step(line: str) -> _Step | None:
    """None for what has other sources besides, is no whole step, or takes what it does not name."""
    found = _STEP.fullmatch(line)
    if found is None:
        return None
    number, body = int(found[1]), found[2]
    bare = _QUOTED.sub(lambda quoted: "?" * len(quoted[0]), body)
    source = f" FROM _s{number - 1}"
    if bare.count(f"_s{number - 1}") != 1 or source not in bare or bare.count("(") != bare.count(")"):
        return None
    start = bare.index(source)
    taken = body[len("SELECT "):start]
    is_nested = bare.count("(", 0, start) != bare.count(")", 0, start)
    if is_nested or _OTHER.search(bare, len("SELECT ") if taken == "*" else 0):
        return None
    return _Step(number, taken, body[start + len(source):], found[3])


@dataclass(frozen=True, slots=True)
class _Found:
    """The lines in place of a step, and what reads the next one; none where the twins end here."""

    lines: tuple[str, ...]
    form: "_Form | None" = None


_Form = Callable[[_Step], _Found | None]


def _from_table(step: _Step, is_extended: bool = False) -> _Found | None:
    """A step whose twin before has the kept columns."""
    adds = f"{_ALL}, "
    without = step.own(f"SELECT * EXCLUDE ({_OWN}) FROM {step.twin}")
    if step.taken == "*" and step.rest.startswith((" WHERE ", " ORDER BY ")):
        twin = step.named("_k", f"SELECT * FROM {step.twin_before}{_kept(step.rest)}")
        return _Found((twin, without), _from_extended if is_extended else _from_table)
    if step.taken.startswith(adds) and not step.rest and not is_extended:
        added = _kept(step.taken.removeprefix(adds))
        return _Found((step.named("_k", f"SELECT *, {added} FROM {step.twin_before}"), without), _from_extended)
    if latest := _latest(step):
        return latest
    body = f"SELECT {_kept(step.taken)} FROM {step.twin_before}{_kept(step.rest)}"
    if step.taken.startswith('"') and not step.rest:
        return _Found((_numbered(step), step.own(body)), _from_projection)
    return None if step.taken == "*" else _Found((step.own(body),))


def _from_extended(step: _Step) -> _Found | None:
    return _from_table(step, is_extended=True)


def _from_projection(step: _Step) -> _Found | None:
    """A step whose twin before has the columns of the step before it, and the number of the row."""
    own = step.own(f"SELECT {step.taken} FROM _s{step.number - 1}{step.rest}")
    if step.taken == "*" and step.rest.startswith(" WHERE "):
        return _Found((step.named("_k", f"SELECT * FROM {step.twin_before}{step.rest}"), own), _from_projection)
    if step.taken.startswith('"') and not step.rest:
        return _Found((step.named("_k", f"SELECT {_ROW}, {step.taken} FROM {step.twin_before}"), own), _from_projection)
    return _latest(step)


def _numbered(step: _Step) -> str:
    """A projection: it begins with a column as it is, so it is no aggregate."""
    return step.named("_k", f"SELECT {_ROW}, {_kept(step.taken)} FROM {step.twin_before}")


def _latest(step: _Step) -> _Found | None:
    """The columns of one row per group as those of rows that are found by their numbers."""
    keys = re.findall('"[^"]+"', step.rest)
    grouped = "".join(f"{key} AS {key}, " for key in keys)
    if not keys or step.rest != f" GROUP BY {', '.join(keys)}" or not step.taken.startswith(grouped):
        return None
    extreme = _EXTREME.match(step.taken, len(grouped))
    if extreme is None:
        return None
    names, end = [extreme[2]], extreme.end()
    while value := _AT_EXTREME.match(step.taken, end):
        if value[1] != f"arg_{extreme[1]}" or value[3] != extreme[2]:
            return None
        names.append(value[2])
        end = value.end()
    if end != len(step.taken) or len(names) == 1:
        return None
    taken, twin = ", ".join(keys + names), step.twin_before
    rows = f"SELECT coalesce(arg_{extreme[1]}({_ROW}, {extreme[2]}), first({_ROW})) FROM {twin}{step.rest}"
    return _Found((step.own(f"SELECT {taken} FROM {twin} WHERE {_ROW} IN ({rows})"),))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((function, pattern(function)) for function in FUNCTIONS)


def _kept(sql: str) -> str:
    """Columns in place of what is read from JSON."""
    for function, read in _patterns():
        sql = read.sub(partial(_column, function), sql)
    return sql


def _column(function: str, found: re.Match[str]) -> str:
    return reading(function, found[1]) or found[0]
