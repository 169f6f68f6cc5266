"""Every message that the page of troubleshooting explains is one that the code has."""
import ast
import functools
import re
from collections.abc import Iterator

import pytest

from tests.docs.pages import REPOSITORY, headings, names, rows

PAGE = REPOSITORY / "docs" / "troubleshooting.md"
CODE = ("src", "local_azure", "dashboard", "devops_pipelines")
ELSEWHERE = {"Azure Pipelines", "Deployments"}  # these are Azure's own messages
FOREIGN = {"Failed to resolve table or column expression named …", "Not supported here: …", "Syntax error: …"}
# The page, for what the code puts in.
SPELLED_OUT = ("the function", "Application Insights", "FUNCTION_KEY and QUERY_TOKEN", "PIPELINE_RUN_TRACES",
               "RECORD_STORE", "RUN_READER", "ANSWER_TIMEOUT_SECONDS", "DELIVERY_TIMEOUT_SECONDS",
               "local.settings.json", "3.11", "Linux x86_64", "invalid_event")
SHORTEST = 8  # letters


def texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a module, with `…` for what is put into them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@functools.cache
def all_texts() -> str:
    modules = (file for folder in CODE for file in sorted((REPOSITORY / folder).rglob("*.py")))
    found = [text for module in modules for text in texts(ast.parse(module.read_text(encoding="utf-8")))]
    scripts = [*(REPOSITORY / "devops_pipelines").rglob("*.sh"), REPOSITORY / "Makefile"]
    return "\n".join([*found, *(script.read_text(encoding="utf-8") for script in scripts)])


MESSAGES = sorted({message for heading in headings(PAGE)[1:] if heading not in ELSEWHERE
                   for cells in rows(PAGE, heading) for message in names(cells[0])} - FOREIGN)


def parts(message: str) -> list[str]:
    """What does not change in a message: the text between what is put into it, and between parts that are joined."""
    borders = "|".join(("…", ": ", ", ", r"\b\d{3}\b", "[()]", *map(re.escape, SPELLED_OUT)))
    return [part.strip() for part in re.split(borders, message) if len(part.strip()) >= SHORTEST]


@pytest.mark.parametrize("message", [message for message in MESSAGES if parts(message)])
def test_message_is_in_the_code(message):
    assert [part for part in parts(message) if part not in all_texts()] == []
