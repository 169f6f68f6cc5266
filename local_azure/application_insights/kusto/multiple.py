"""Functions that make several columns at once: series_stats and series_fit_line, in extend and project."""
from collections.abc import Iterator

from .naming import default_name, named
from .scope import Scope
from .series_functions import COLUMNS
from .syntax import Node, quoted
from .text import Text, made


def is_multiple(rule: Node) -> bool:
    _, expression = named(rule)
    return expression.kind == "NamedFunctionCallExpression" and expression.rules[0].text in COLUMNS


def columns_of(rule: Node, scope: Scope) -> Iterator[Text]:
    """`name = value` for each column. Names that are given count, the others follow from the function's."""
    names, call = named(rule)
    function, *arguments = call.rules
    values = ", ".join(str(scope.text(argument)) for argument in arguments)
    prefix = f"{function.text}_{default_name(scope.text(arguments[0]))}"
    for index, (part, column_function) in enumerate(COLUMNS[function.text].items()):
        if rule.text.startswith("(") and index >= len(names):
            return
        name = names[index] if index < len(names) else f"{prefix}_{part}"
        yield made(rule.start, f"{quoted(name)} = {column_function}({values})")
