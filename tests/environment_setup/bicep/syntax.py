"""Bicep files as trees, and what they declare."""
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_bicep.language()))
_KINDS = {
    "parameter_declaration": "param", "variable_declaration": "var", "resource_declaration": "resource",
    "module_declaration": "module", "output_declaration": "output"}


@dataclass(frozen=True, slots=True)
class Declaration:
    """`parts` are what follows the name: a type and a default, a reference and a body, or a value."""

    kind: str
    name: str
    parts: tuple[Node, ...]
    decorators: dict[str, Node | None]
    is_existing: bool

    @property
    def is_required(self) -> bool:
        return self.kind == "param" and len(self.parts) == 1


@dataclass(frozen=True, slots=True)
class BicepFile:
    path: Path
    root: Node
    declarations: dict[str, Declaration]
    outputs: dict[str, Declaration]  # an output may have the name of a variable

    def of_kind(self, kind: str) -> dict[str, Declaration]:
        return {name: found for name, found in self.declarations.items() if found.kind == kind}


def read(path: Path) -> BicepFile:
    root = parse(path.read_text(encoding="utf-8"))
    found = list(_declarations(root))
    return BicepFile(path, root, {one.name: one for one in found if one.kind != "output"},
                     {one.name: one for one in found if one.kind == "output"})


def parse(text: str) -> Node:
    return _PARSER.parse(text.encode()).root_node


def text_of(node: Node) -> str:
    return node.text.decode()


def parts_of(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def descendants(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from descendants(child)


def faults(root: Node) -> list[str]:
    """What is no Bicep, each with its line."""
    return [f"line {node.start_point[0] + 1}: {text_of(node)[:60]!r}" for node in descendants(root)
            if node.is_error or node.is_missing]


def _declarations(root: Node) -> Iterator[Declaration]:
    decorators: dict[str, Node | None] = {}
    for node in parts_of(root):
        if node.type == "decorators":
            decorators = dict(_decorator(child) for child in parts_of(node))
        elif node.type in _KINDS:
            name, *rest = parts_of(node)
            is_existing = any(child.type == "existing" for child in node.children)
            yield Declaration(_KINDS[node.type], text_of(name), tuple(rest), decorators, is_existing)
            decorators = {}


def _decorator(node: Node) -> tuple[str, Node | None]:
    function, arguments = parts_of(parts_of(node)[0])
    return text_of(function), next(iter(parts_of(arguments)), None)
