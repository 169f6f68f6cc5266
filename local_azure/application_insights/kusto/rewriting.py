"""A query in the words of duckdb-kql: each operator and function that it lacks is written with those that it has."""
import re
from collections.abc import Mapping
from dataclasses import replace

from . import (
    applying, calls, columns, grouping, let_functions, plugins, ranking, searching, series, summarizing, windows,
)
from .places import code
from .scope import Engine, NotSupportedError, Query, Rewriting, Scope, WrongQueryError, chained, fresh_names
from .statements import prepared
from .syntax import Node, parse
from .text import Text, copied, made

_WORDS = re.compile(
    r"\b(?:make-series|search|serialize|project-keep|project-reorder|project-rename|percentiles"
    r"|percentiles_array|take_any|any|series_stats|series_fit_line|set|table|parse-kv|evaluate"
    r"|sample|sample-distinct|top-hitters|top-nested|consume|mv-apply|partition|as|invoke|view"
    rf"|{'|'.join(sorted(calls.WORDS))})\b"
    r"|\bextract(?:_?json)?\s*\([^|;]*\btypeof\b|\bproject-away\b[^|;]*\*"
    r"|\bdistinct\s*\*|\*\s*(?:!?has|!?contains|!?startswith|!?endswith|matches|==|!=|=~|!~)"
    r"|\b(?:take|limit|top|sample)\s+[^\d\s]|\)\s*\{|:\s*\(|\bmv-?expand\s+(?!\s|\w+\s*=)[^|=]*[.(]"
    r"|\barg_m(?:ax|in)\s*\((?!\s*\w+\s*(?:,\s*(?:\w+|\*)\s*)+\))")
"""One of these is in the code of every query that has to be rewritten, and in that of few others."""


def rewritten(source: str, engine: Engine) -> Query:
    """Raises NotSupportedError, KqlSyntaxError and QueryError."""
    if not _WORDS.search(code(source)):
        return Query(copied(source, 0, len(source)))
    start = prepared(source)
    tree = parse(start)
    if tree is None:
        return Query(start)
    scope = Scope(str(start), engine, _REWRITINGS, grouping.OPERATORS, fresh_names(str(start)), start)
    try:
        return scope.query(_statements(tree, scope))
    except NotSupportedError as exc:
        raise NotSupportedError(exc.what, start.origin(exc.place), exc.instead) from exc
    except WrongQueryError as exc:
        raise WrongQueryError(str(exc), start.origin(exc.place)) from exc


def _statements(tree: Node, scope: Scope) -> Text:
    found, place, is_left_out = Text(), 0, False
    for child in tree.children:
        gap, place = copied(scope.source, place, child.start), child.stop
        if is_left_out and child.text == ";":
            is_left_out = False
            continue
        lets: list[Text] = []
        inner = replace(scope, before=found, lets=lets)
        is_left_out = child.kind in let_functions.DECLARATIONS and let_functions.declare(child, inner)
        if not is_left_out:
            text = inner.text(child)
            found = sum(lets, found) + gap + text
    return found + copied(scope.source, place, len(scope.source))


def _pipeline(node: Node, scope: Scope) -> Text:
    source, *piped = (node.rules[0], *(each.rules[0] for each in node.rules[1:]))
    found = scope.at(Text()).text(source)
    for operator in piped:
        found = _after(operator, found, scope.at(found))
    return found


def _after(operator: Node, pipeline: Text, scope: Scope) -> Text:
    if operator.kind in _PIPELINES:
        return _PIPELINES[operator.kind](operator, scope)
    if operator.kind == "AsOperator" and scope.lets is not None:
        name = operator.rules[-1].text
        scope.lets.append(made(operator.start, f"let {name} = materialize(", pipeline, ");\n"))
        return made(operator.start, name)
    if operator.kind == "InvokeOperator" and (found := let_functions.invoke(operator, scope)) is not None:
        return found
    return chained(operator.start, pipeline, scope.text(operator))


def _with_tables(node: Node, scope: Scope) -> Text:
    """An operator over more tables than the one before it: these begin anew."""
    return scope.at(Text()).inner_text(node)


def _name(node: Node, scope: Scope) -> Text:
    return scope.tables.get(node.text) or scope.inner_text(node)


_PIPELINES: Mapping[str, Rewriting] = {**applying.PIPELINES, **ranking.PIPELINES}
_REWRITINGS: Mapping[str, Rewriting] = {
    **columns.OPERATORS, **columns.EXPRESSIONS, **calls.EXPRESSIONS, **windows.OPERATORS, **summarizing.OPERATORS,
    **series.OPERATORS, **searching.OPERATORS, **ranking.OPERATORS, **plugins.OPERATORS,
    "SerializeOperator": windows.serialize, "PipeExpression": _pipeline, "IdentifierName": _name,
    **dict.fromkeys(("JoinOperator", "LookupOperator", "UnionOperator", "ToScalarExpression"), _with_tables),
}
