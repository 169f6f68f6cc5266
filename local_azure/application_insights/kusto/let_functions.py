"""Functions of a `let` that answer with a table: they become definitions, as duckdb-kql takes them beside a query.

One that takes a table becomes a definition for each call, with that table in place of its parameter.
"""
from dataclasses import replace

from .scope import Function, NotSupportedError, Scope
from .syntax import Node, name_of
from .text import Text, joined, made

DECLARATIONS = ("LetFunctionDeclaration", "LetViewDeclaration")
_TABULAR = ("PipeExpression", "DataTableExpression", "RangeExpression", "PrintOperator", "UnionOperator",
            "SearchOperator", "FindOperator")
_NAMES = ("IdentifierName", "EscapedName", "KeywordName")
_SOME_VALUE = {"string": "''", "dynamic": "dynamic(null)"}


def function(node: Node, scope: Scope) -> Function | None:
    """What is declared; None for a function that answers with a value."""
    body = node.child("LetFunctionBody")
    assert body is not None
    parameters = [each for each in node.walk() if each.kind == "ScalarParameter"]
    tables = [each for each in node.walk() if each.kind == "TabularParameter"]
    scalars = {name_of(each.rules[0]) for each in parameters} | {
        name_of(each.rules[0]) for each in body.walk() if each.kind == "LetVariableDeclaration"}
    if not _is_table(body.rules[-1], scalars, scope):
        return None
    if len(tables) > 1:
        raise NotSupportedError("a function of two tables", tables[1].start, "one table, and a join with the other")
    defaults = Text()
    for each in parameters:
        kind = each.rules[1].text
        value = _SOME_VALUE.get(kind, f"{kind}(null)")
        defaults += made(each.start, f"let {each.rules[0].text} = {value};\n")
    return Function(node.rules[0].text, ", ".join(each.text for each in parameters), defaults,
                    name_of(tables[0].rules[0]) if tables else "", body)


def _is_table(value: Node, scalars: set[str], scope: Scope) -> bool:
    if value.kind in _NAMES:
        return name_of(value) not in scalars
    return value.kind in _TABULAR or (
        value.kind == "NamedFunctionCallExpression" and value.rules[0].text in scope.declared)


def declare(node: Node, scope: Scope) -> bool:
    """Whether the declaration is none of a value, and so is to be left out of the query."""
    found = function(node, scope)
    if found is None:
        return False
    scope.declared[found.name] = found
    if not found.table:
        scope.definitions.append(_definition(found, found.name, scope, Text()))
    return True


def _definition(found: Function, name: str, scope: Scope, table: Text) -> str:
    inner = replace(scope.at(Text()), before=sum(scope.lets or (), scope.before) + found.defaults, lets=None, tables=(
        {found.table: table} if table else {}))
    return f"function {name}({found.parameters}) {inner.inner_text(found.body)}"


def call(found: Function, node: Node, table: Text, arguments: tuple[Node, ...], scope: Scope) -> Text:
    """A call with a table, which is named first."""
    name = f"{found.name}{scope.fresh()}"
    scope.definitions.append(_definition(found, name, scope, scope.named(table, node.start)))
    return made(node.start, f"{name}(", joined(node.start, ", ", [scope.text(each) for each in arguments]), ")")


def source_call(node: Node, scope: Scope) -> Text | None:
    """`f(T, …)`; None for another function."""
    name, *arguments = node.rules
    found = scope.declared.get(name.text)
    if found is None or not found.table:
        return None
    if not arguments:
        raise NotSupportedError(f"{name.text}() without its table", node.start, f"T | invoke {name.text}()")
    return call(found, node, scope.at(Text()).text(arguments[0]), tuple(arguments[1:]), scope)


def invoke(node: Node, scope: Scope) -> Text | None:
    """`input | invoke f(…)` as a pipeline of its own; None for what is no function of this query."""
    [called] = node.rules
    found = scope.declared.get(called.rules[0].text)
    if found is None or not found.table:
        return None
    return call(found, node, scope.input, called.rules[1:], scope)
