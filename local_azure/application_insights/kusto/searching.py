"""search: the rows of any table in which a word stands, as "search operator" has it."""
import re
from collections.abc import Mapping

from local_azure.application_insights.answers import Column

from .columns import any_column, matching
from .scope import NotSupportedError, Rewriting, Scope, chained
from .syntax import Node, literal, name_of, quoted
from .text import Text, copied, joined, made

TABLE = quoted("$table")
_CLAUSES = ("RelaxedQueryOperatorParameter", "SearchOperatorInClause")
_LOGIC = ("LogicalOrExpression", "LogicalOrOperation", "LogicalAndExpression", "LogicalAndOperation",
          "ParenthesizedExpression")


def search(node: Node, scope: Scope) -> Text:
    if scope.input:
        return _searched(node, scope, _table_name(str(scope.input)), scope.columns(node), set())
    tables = {name: scope.columns_of(made(node.start, quoted(name))) for name in _tables(node, scope)}
    all_names = {column.name for columns in tables.values() for column in columns}
    branches = [made(node.start, f"({quoted(name)} | ", _searched(node, scope, name, columns, all_names), ")")
                for name, columns in tables.items()]
    order = [TABLE, *(quoted(column.name) for columns in tables.values() for column in columns)]
    found = made(node.start, "union ", joined(node.start, ", ", branches)) if len(branches) > 1 else branches[0]
    return chained(node.start, found, f"project {', '.join(dict.fromkeys(order))}")


def _table_name(pipeline: str) -> str:
    """Of a pipeline that is a table and no more."""
    return pipeline.strip().strip("[]'") if re.fullmatch(r"\s*(\w+|\['[^']*'])\s*", pipeline) else ""


def _tables(node: Node, scope: Scope) -> list[str]:
    listed, known = node.child("SearchOperatorInClause"), scope.engine.tables()
    if listed is None:
        return list(known)
    columns = [Column(table, "") for table in known]
    found = dict.fromkeys(name for source in listed.rules for name in matching(source, columns))
    if not found:
        raise NotSupportedError(f"search in no table: none is named {listed.rules[0].text}", listed.start)
    return list(found)


def _searched(node: Node, scope: Scope, table: str, columns: tuple[Column, ...], all_names: set[str]) -> Text:
    """The rows of one table; columns that other tables alone have are null in it."""
    [predicate] = [rule for rule in node.rules if rule.kind not in _CLAUSES] or [node.children[-1]]
    own_names = {column.name for column in columns}
    mentioned = {name_of(each) for each in predicate.walk() if each.kind in ("IdentifierName", "EscapedName")}
    missing = sorted(mentioned & all_names - own_names)
    is_exact = any("case_sensitive" in rule.text for rule in node.children_of("RelaxedQueryOperatorParameter"))
    nulls = ", ".join(f"{quoted(name)} = dynamic(null)" for name in missing)
    return chained(
        node.start, f"extend {nulls}" if nulls else "",
        made(node.start, "where ", _condition(predicate, scope, columns, "_cs" if is_exact else "")),
        f"extend {TABLE} = '{table}'",
        f"project {', '.join([TABLE, *(quoted(column.name) for column in columns)])}")


def _condition(node: Node, scope: Scope, columns: tuple[Column, ...], case: str) -> Text:
    """What search looks for, as a condition of where."""
    if node.kind == "StringLiteralExpression":
        return any_column(columns, _comparison(node, case), node.start)
    if node.text.strip() == "*":
        return made(node.start, "true")
    if node.kind == "StringBinaryOperatorExpression" and node.rules[1].has_token(":"):
        column, operation = node.rules
        text = made(node.start, "tostring(", scope.text(column), ")")
        return made(node.start, text, f" {_comparison(operation.rules[-1], case)}")
    is_not = node.kind == "NamedFunctionCallExpression" and node.rules[0].text == "not"
    if node.kind not in _LOGIC and not is_not:
        return scope.text(node)
    found, place = Text(), node.start
    for child in node.children:
        is_condition = child.kind and child.kind != "SimpleNameReference"
        found += copied(scope.source, place, child.start) + (
            _condition(child, scope, columns, case) if is_condition else copied(scope.source, child.start, child.stop))
        place = child.stop
    return found + copied(scope.source, place, node.stop)


def _comparison(term: Node, case: str) -> str:
    """With a term, of which a star at either end leaves the rest of a word open."""
    quote = term.text[-1]
    head, text = term.text[:-1].split(quote, 1)
    starts, ends, inner = text.startswith("*"), text.endswith("*"), text.strip("*")
    if "*" in inner:
        pattern = ".*".join(map(re.escape, inner.split("*")))
        before, after = "" if starts else r"\b", "" if ends else r"\b"
        return f"matches regex {literal(('' if case else '(?i)') + before + pattern + after)}"
    operator = "contains" if starts and ends else "hasprefix" if ends else "hassuffix" if starts else "has"
    return f"{operator}{case} {head}{quote}{inner}{quote}"


OPERATORS: Mapping[str, Rewriting] = {"SearchOperator": search}
