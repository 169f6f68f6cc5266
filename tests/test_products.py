"""What is shipped and what is run beside it does without the tests: a test of the code may go, the code stays."""
import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PRODUCTS = ("src", "dashboard", "local_azure", "environment_setup", "devops_pipelines", "samples")
MODULES = sorted(file for product in PRODUCTS for file in (REPOSITORY / product).rglob("*.py"))


def imported(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.relative_to(REPOSITORY).as_posix())
def test_product_takes_nothing_from_tests(file: Path) -> None:
    assert not [name for name in imported(file.read_text("utf-8")) if name.split(".")[0] == "tests"]


@pytest.mark.parametrize("text", [
    "import tests.queries", "def f():\n    from tests.queries.sample_week import percentile"])
def test_imports_are_found(text: str) -> None:
    assert any(name.startswith("tests.") for name in imported(text))
