"""The syntax tree of a query: what duckdb-kql's parser finds, as plain nodes with their places in the text."""
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from duckdb_kql import parse as parse_kusto

from .text import Text


@dataclass(frozen=True, slots=True)
class Node:
    """A rule of the grammar or, where `kind` is empty, a token. Rules that hold one other rule alone are left out.

    `start` and `stop` are offsets, `stop` behind the last character.
    """

    kind: str
    start: int
    stop: int
    children: "tuple[Node, ...]"
    text: str
    """As written, white space and comments included."""

    @property
    def rules(self) -> "tuple[Node, ...]":
        return tuple(child for child in self.children if child.kind)

    def child(self, kind: str) -> "Node | None":
        return next((child for child in self.children if child.kind == kind), None)

    def children_of(self, kind: str) -> "tuple[Node, ...]":
        return tuple(child for child in self.children if child.kind == kind)

    def has_token(self, text: str) -> bool:
        return any(not child.kind and child.text == text for child in self.children)

    def walk(self) -> "Iterator[Node]":
        """Itself and all below it, from left to right."""
        yield self
        for child in self.children:
            yield from child.walk()


def parse(query: Text) -> Node | None:
    """None for a control command. Raises KqlSyntaxError."""
    text = str(query)
    tree = parse_kusto(text).tree
    return None if tree is None else _node(tree, text)


def _node(context: Any, query: str) -> Node:
    while len(below := _below(context)) == 1 and _is_rule(below[0]):
        context = below[0]
    if not _is_rule(context):
        token = context.symbol
        stop = token.stop + 1 if token.type > 0 else token.start  # the end of the text is a token of no length
        return Node("", token.start, stop, (), query[token.start:stop])
    children = tuple(_node(child, query) for child in below)
    start = children[0].start if children else context.start.start
    stop = max([start, *(child.stop for child in children)])
    return Node(type(context).__name__.removesuffix("Context"), start, stop, children, query[start:stop])


def _below(context: Any) -> list[Any]:
    return [child for child in getattr(context, "children", None) or () if child.getText() or not _is_rule(child)]


def _is_rule(context: Any) -> bool:
    return hasattr(context, "getRuleIndex")


def nodes_of_class(node: Any, class_name: str) -> list[Any]:
    """The outermost nodes of a kind in a tree of duckdb-kql's own, from left to right."""
    found, waiting, wanted = [], [node], f"{class_name}Context"
    while waiting:
        context = waiting.pop()
        if type(context).__name__ == wanted:
            found.append(context)
        else:
            waiting.extend(filter(_is_rule, reversed(getattr(context, "children", None) or ())))
    return found


def ordered(node: Node) -> tuple[Node, str, str]:
    """What rows are ordered by, `asc` or `desc`, and whether nulls are `first` or `last`."""
    expression, words = (node.rules[0], node.rules[1].text.split()) if node.kind == "OrderedExpression" else (node, [])
    way = "asc" if words[:1] in (["asc"], ["ascending"]) else "desc"
    return expression, way, words[-1] if words[-1:] in (["first"], ["last"]) else "first" if way == "asc" else "last"


def name_of(node: Node) -> str:
    """The name that a node spells, plainly or as ['name']."""
    text = node.text.strip()
    if text.startswith("[") and text.endswith("]"):
        return text[1:-1].strip()[1:-1]
    return text


def quoted(name: str) -> str:
    """A name as a query may hold it, whatever its characters."""
    return f"[{literal(name)}]"


def literal(text: str) -> str:
    """A text as a query may hold it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"
