"""The names that Kusto gives to expressions that have none."""
from duckdb_kql import KqlError
from duckdb_kql.ir import Project
from duckdb_kql.lower import lower
from duckdb_kql.translate.naming import expression_name

from .syntax import Node, name_of
from .text import Text


def default_name(expression: Text) -> str:
    """Empty for one that gets a number."""
    try:
        [operator] = lower(f"_ | project {expression}").operators
        assert isinstance(operator, Project)
        return expression_name(operator.expressions[0].expr) or ""
    except KqlError:
        return ""


def named(node: Node) -> tuple[tuple[str, ...], Node]:
    """The names that an expression is given, none, one or several as in `(a, b) = …`; and the expression."""
    if node.kind != "NamedExpression" or len(node.rules) != 2:
        return (), node
    clause, expression = node.rules
    several = clause.child("NamedExpressionNameList")
    return tuple(map(name_of, several.rules if several else clause.rules)), expression


def free_name(name: str, taken: set[str]) -> str:
    """The name, or the first of name1, name2, … that is not taken; taken from now on."""
    found, number = name, 0
    while found in taken:
        number += 1
        found = f"{name}{number}"
    taken.add(found)
    return found
