"""Evaluates expressions of Bicep."""
import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tree_sitter import Node

from .syntax import parts_of, text_of

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """`lookup` gives the value of a name and raises KeyError; `functions` are by name. `instead` are nodes, by the id
    of the one that they stand in for."""

    lookup: Callable[[str], Any]
    functions: Mapping[str, Callable]
    names: Mapping[str, Any] = field(default_factory=dict)
    instead: Mapping[int, Node] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        return self.names[name] if name in self.names else self.lookup(name)

    def with_names(self, names: Mapping[str, Any]) -> "Scope":
        return replace(self, names={**self.names, **names})

    def with_instead(self, node: Node, other: Node) -> "Scope":
        return replace(self, instead={**self.instead, node.id: other})


def evaluate(node: Node, scope: Scope) -> Any:
    """Raises KeyError for a name, property or operator that is not known, NotImplementedError for other expressions."""
    node = scope.instead.get(node.id, node)
    if node.type not in _KINDS:
        raise NotImplementedError(f"{node.type}: {text_of(node)[:80]}")
    first = _misplaced(node, scope)
    if first is None:
        return _KINDS[node.type](node, scope)
    if first.type == "lambda_expression":
        return _function(first, node, scope)
    condition, positive, negative = parts_of(first)
    if evaluate(condition, scope):
        return evaluate(positive, scope)
    return evaluate(node, scope.with_instead(first, negative))


def _misplaced(node: Node, scope: Scope) -> Node | None:
    """The grammar takes `x => x.a == 'b'` for `(x => x).a == 'b'`, and `a ? b : c.d` for `(a ? b : c).d`. What such an
    expression begins with has in truth all the rest in its last part."""
    outer = node
    while node.type in ("binary_expression", "ternary_expression", "member_expression", "subscript_expression"):
        node = node.children[0]
        if node.id in scope.instead:
            return None
        if node.type == "lambda_expression" or node.type == "ternary_expression" != outer.type:
            return node
    return None


def _function(opening: Node, body: Node, scope: Scope) -> Callable:
    *names, last = parts_of(opening)
    inside = scope.with_instead(opening, last)
    return lambda *values: evaluate(body, inside.with_names(dict(zip(map(text_of, names), values))))


def loop(node: Node, scope: Scope) -> tuple[list[Scope], Node]:
    """A scope for each turn of a `for`, with the names of its item and, where there is one, its index; and the body."""
    variables, items, body = parts_of(node)
    names = [text_of(one) for one in parts_of(variables)] or [text_of(variables)]
    values = enumerate(evaluate(items, scope))
    return [scope.with_names(dict(zip(names, (item, index)))) for index, item in values], body


def _for(node: Node, scope: Scope) -> list[Any]:
    scopes, body = loop(node, scope)
    return [evaluate(body, each) for each in scopes]


def _string(node: Node, scope: Scope) -> str:
    pieces = []
    for part in parts_of(node):
        if part.type == "interpolation":
            value = evaluate(parts_of(part)[0], scope)
            pieces.append(str(value) if not isinstance(value, bool) else str(value).capitalize())
        elif part.type == "escape_sequence":
            pieces.append(ast.literal_eval(f"'{text_of(part)}'"))
        else:
            pieces.append(text_of(part))
    return "".join(pieces)


def _object(node: Node, scope: Scope) -> dict[str, Any]:
    pairs = (parts_of(one) for one in parts_of(node))
    return {_string(name, scope) if name.type == "string" else text_of(name): evaluate(value, scope)
            for name, value in pairs}


def _call(node: Node, scope: Scope) -> Any:
    function, arguments = parts_of(node)
    if function.type == "member_expression":
        raise NotImplementedError(text_of(node))
    return scope.functions[text_of(function)](*(evaluate(one, scope) for one in parts_of(arguments)))


def _member(node: Node, scope: Scope) -> Any:
    whole, name = parts_of(node)
    return evaluate(whole, scope)[text_of(name)]


def _subscript(node: Node, scope: Scope) -> Any:
    whole, index = parts_of(node)
    return evaluate(whole, scope)[evaluate(index, scope)]


def _ternary(node: Node, scope: Scope) -> Any:
    condition, positive, negative = parts_of(node)
    return evaluate(positive if evaluate(condition, scope) else negative, scope)


def _binary(node: Node, scope: Scope) -> Any:
    left, right = parts_of(node)
    return _OPERATORS[text_of(node.child_by_field_name("operator"))](evaluate(left, scope), evaluate(right, scope))


def _not(node: Node, scope: Scope) -> bool:
    return not evaluate(parts_of(node)[0], scope)


_KINDS: dict[str, Callable[[Node, Scope], Any]] = {
    "string": _string,
    "number": lambda node, scope: int(text_of(node)),
    "boolean": lambda node, scope: text_of(node) == "true",
    "null": lambda node, scope: None,
    "identifier": lambda node, scope: scope.value(text_of(node)),
    "array": lambda node, scope: [evaluate(one, scope) for one in parts_of(node)],
    "object": _object,
    "for_statement": _for,
    "call_expression": _call,
    "member_expression": _member,
    "subscript_expression": _subscript,
    "ternary_expression": _ternary,
    "binary_expression": _binary,
    "unary_expression": _not,
    "parenthesized_expression": lambda node, scope: evaluate(parts_of(node)[0], scope),
    "lambda_expression": lambda node, scope: _function(node, node, scope),
}
