"""Why a query has no answer, in words about the query: what the parser, the translation or the engine said of it.

Of the texts of other programs, those reach a reader that are about Kusto or about a value; the rest is said here.
"""
import re

import duckdb
from duckdb_kql import KqlSchemaError, KqlSyntaxError, KqlUnsupportedError
from duckdb_kql.types import kusto_type

from .alternatives import INSTEAD
from .scope import NotSupportedError, WrongQueryError

_OF_OTHER_MATTERS = re.compile(
    r"duckdb|\.py\b|\bwave\b|translat|schema=|functions=|clusters=|groups=|allow_write|internal|package|emulator"
    r"|measured|reproduce|unmapped|not implemented|stored function|no mapping|\(R\d+\)|known: ", re.IGNORECASE)
_OPERATOR = re.compile(r"evaluate\s+\w+|[a-z]+(?:-[a-z]+)*(?=\W|$)")
_OF_A_CALL = re.compile(r"_k_*\d+$")  # what let_functions adds to a name
_IN_BODY = re.compile(r"^in its body: unsupported KQL construct '([^']+)'")
_UNKNOWN = re.compile(r'(?:Referenced column|Table with name|column named|Column) "?([^\s"]+)"?')
_UNFIT = re.compile(r"No function matches the given name and argument types '(\S+?)\((.*)\)'")
_MIXED = re.compile(r"Cannot (mix|compare) values of type ([\w() ,]+?) and (?:type )?([\w() ,]+?)(?: in .*)?(?: -.*)?$")
_UNREADABLE = re.compile(r"Could not convert string '(.*?)' to (\w+)", re.DOTALL)
_NO_DATETIME = re.compile(r'invalid timestamp field format: "(.*?)"')
_PATTERN = re.compile(
    r"missing [)\]]|no argument for rep|bad rep|invalid (?:escape|perl|char|named|rep)|trailing \\|unexpected \)")
_SQL_NAMES = {"//": "/", "quantile_disc": "percentile", "list": "make_list", "any_value": "take_any"}
_SQL_TYPES = {"INT64": "BIGINT", "INT32": "INTEGER", "BOOL": "BOOLEAN"}
_CONVERT = "convert one with tostring(), tolong(), toreal() or todatetime()"


def message(exc: Exception, source: str, place: int | None) -> str:
    """What the exception says of the query; `place` is the offset of what it is about, where that is known."""
    if isinstance(exc, WrongQueryError):
        return str(exc)
    if isinstance(exc, NotSupportedError):
        return _not_supported(exc.what, exc.instead)
    if isinstance(exc, KqlSyntaxError) and exc.diagnostics:
        return f"Syntax error: {exc.diagnostics[0].message.split(' expecting ')[0]}"
    if isinstance(exc, KqlUnsupportedError):
        return _not_supported(_construct(exc, source, place), "", _about_kusto(exc.hint))
    if isinstance(exc, KqlSchemaError) and (hint := _about_kusto(exc.hint)):
        return hint
    if isinstance(exc, RecursionError):
        return "The query is nested too deeply"
    if isinstance(exc, AssertionError):
        return _not_supported("this form of a query", "")
    if (name := unknown_name(exc)).startswith("cluster("):
        return _not_supported("cluster()", "")
    if name:
        return f"Failed to resolve table or column expression named '{name}'"
    return _of_engine(str(exc)) if isinstance(exc, duckdb.Error) else str(exc) or repr(exc)


def unknown_name(exc: Exception) -> str:
    """The table or column that there is none of; empty for another fault."""
    if isinstance(exc, KqlSchemaError):
        return exc.name
    found = _UNKNOWN.search(str(exc)) if isinstance(exc, duckdb.Error) else None
    return found.group(1) if found else ""


def function_name(exc: Exception) -> str:
    """The function that is to blame; empty where none is."""
    if not isinstance(exc, KqlUnsupportedError):
        return ""
    kind, _, name = exc.construct.partition(":")
    if kind in ("function", "aggregate"):
        return _OF_A_CALL.sub("", name)
    return kind if kind.isidentifier() else ""


def _not_supported(what: str, instead: str, reason: str = "") -> str:
    instead = instead or INSTEAD.get(what, INSTEAD.get(f"{what}()", ""))
    return f"Not supported here: {what}" + (f" ({reason})" if reason else "") + (
        f"; instead: {instead}" if instead else "")


def _construct(exc: KqlUnsupportedError, source: str, place: int | None) -> str:
    kind, _, name = exc.construct.partition(":")
    name = _OF_A_CALL.sub("", name)
    if inner := _IN_BODY.search(exc.hint or ""):
        return f"{inner.group(1).replace(':', ' ')} in the function {name}()"
    if kind in ("function", "aggregate"):
        return f"{name}()"
    if place is not None and (kind.endswith("Operator") or kind in ("source", "expression")):
        written = _OPERATOR.match(source, place) if kind != "expression" else None
        return " ".join(written.group().split()) if written else f"'{_words(source[place:])}'"
    return f"{kind} {name}".strip()


def _words(text: str) -> str:
    first = text.split("\n", 1)[0].split("|", 1)[0].strip()
    return first if len(first) <= 40 else f"{first[:40]}…"


def _about_kusto(hint: str | None) -> str:
    return "" if not hint or _OF_OTHER_MATTERS.search(hint) else hint


def _of_engine(text: str) -> str:
    if text.startswith("Out of Memory Error"):
        return "The query needs more memory than the store has: let it read or keep less"
    first = re.sub(r"^\w[\w ]* Error: ", "", text.split("\n", 1)[0])
    if found := _UNFIT.search(first):
        name, kinds = found.groups()
        listed = " and ".join(_kusto_types(kinds)) or "nothing"
        return f"'{_SQL_NAMES.get(name, name)}' cannot take {listed}: {_CONVERT}"
    if found := _MIXED.search(first):
        verb, left, right = found.groups()
        kinds = f"{kusto_type(left)} and {kusto_type(right)}"
        return f"Values of the types {kinds} cannot be {'mixed' if verb == 'mix' else 'compared'}: {_CONVERT}"
    if found := _UNREADABLE.search(first):
        value, kind = found.groups()
        return f"'{value}' is no {kusto_type(_SQL_TYPES.get(kind, kind))}: {_CONVERT}"
    if found := _NO_DATETIME.search(first):
        return f"'{found.group(1)}' is no datetime: {_CONVERT}"
    return f"In a regular expression: {first}" if _PATTERN.match(first) else first


def _kusto_types(kinds: str) -> list[str]:
    return [kusto_type(kind.strip()) for kind in re.split(r",\s*(?![^(]*\))", kinds) if kind.strip()]
