"""The az commands in a shell script, as the Azure CLI would see them; what only the shell knows stands as VALUE."""
from collections.abc import Iterator

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

VALUE = "VALUE"

_PARSER = Parser(Language(tree_sitter_bash.language()))


def az_commands(script: str) -> Iterator[list[str]]:
    """The words after each `az`, also where it is handed to a function or another command."""
    root = _PARSER.parse(script.encode()).root_node
    if root.has_error:
        raise ValueError(f"this is no shell script: {script[:200]}")
    for node in _descendants(root):
        if node.type == "command":
            words = [word for child in node.named_children if (word := _word(child)) is not None]
            if "az" in words[:-1]:
                yield words[words.index("az") + 1:]


def _descendants(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _descendants(child)


def _word(node: Node) -> str | None:
    """None for what may be any number of words, and for assignments before a command."""
    text = node.text.decode()
    if node.type == "variable_assignment" or text.strip('"') in ("$@", "${@:2}"):
        return None
    if node.type in ("command_name", "concatenation", "string"):
        return "".join(_word(child) or "" for child in node.named_children)
    if node.type == "raw_string":
        return text[1:-1]
    if node.type == "expansion" and ":-" in text:
        return text.partition(":-")[2].removesuffix("}")
    return text.replace("\\", "") if node.type in ("word", "number", "string_content") else VALUE
