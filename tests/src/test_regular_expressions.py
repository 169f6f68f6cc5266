"""No possessive quantifier and no atomic group anywhere: Python 3.11.2, which Debian 12 has, matches them wrongly."""
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
FOLDERS = ("src", "local_azure", "dashboard", "devops_pipelines", "environment_setup", "samples")
SOURCES = sorted(file for folder in FOLDERS for file in (REPOSITORY / folder).rglob("*.py"))
# What is no part of the syntax goes first: what is escaped, then classes of characters.
ESCAPED = re.compile(r"\\.", re.S)
CLASS = re.compile(r"\[\^?\]?[^\]]*\]")
POSSESSIVE = re.compile(r"[*+?}]\+|\(\?>")


def find_possessive(source: str) -> list[str]:
    return [text for text in texts(ast.parse(source)) if POSSESSIVE.search(CLASS.sub("c", ESCAPED.sub("e", text)))]


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text of a module but its docstrings."""
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.value


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.relative_to(REPOSITORY).as_posix())
def test_module_has_no_possessive_quantifier(file: Path):
    assert not find_possessive(file.read_text("utf-8"))


@pytest.mark.parametrize("pattern, found", [("a*+", 1), ("(?>a)", 1), ("[ab]{2,3}+", 1), ("a?+b", 1), (r"a++", 1),
                                            ("[*+]", 0), (r"\*+", 0), ("a+|b+", 0), ("[]*+]", 0), (r"[^\]*+]", 0)])
def test_check_finds_them(pattern: str, found: int):
    assert len(find_possessive(f"import re\nre.compile({pattern!r})")) == found
