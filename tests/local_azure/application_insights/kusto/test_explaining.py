"""Of what duckdb-kql says of a query, nothing reaches a reader that is about duckdb-kql."""
import ast
import re
from pathlib import Path

import duckdb_kql
import pytest
from duckdb_kql import KqlSchemaError, KqlUnsupportedError

from local_azure.application_insights.kusto.explaining import message

PACKAGE = Path(duckdb_kql.__file__).parent
ITS_OWN = re.compile(r"\.py|duckdb|\bwave\b|schema=|functions=|to_sql|allow_write|translat", re.IGNORECASE)


def hints():
    """Every text in the package that may become a hint, with something in place of what is filled in."""
    sources = [file.read_text("utf-8") for file in sorted(PACKAGE.rglob("*.py"))]
    for source in sources:
        for call in ast.walk(ast.parse(source)) if "hint=" in source else ():
            if isinstance(call, ast.Call):
                yield from (text for each in call.keywords if each.arg == "hint"
                            for text in texts(each.value))


def texts(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
    elif isinstance(node, (ast.BinOp, ast.IfExp)):
        for child in ast.iter_child_nodes(node):
            yield from texts(child)


ALL = sorted(set(hints()))


def test_there_are_hints_of_either_kind():
    about_itself = [hint for hint in ALL if ITS_OWN.search(hint)]
    assert len(about_itself) > 10 and len(ALL) - len(about_itself) > 50


@pytest.mark.parametrize("hint", ALL)
def test_a_hint_is_about_kusto_or_left_out(hint):
    for exc in (KqlUnsupportedError("function:x", hint=hint), KqlSchemaError("x", hint=hint)):
        assert not ITS_OWN.search(message(exc, "print x()", 6))


def test_a_hint_about_kusto_is_kept():
    hint = "Kusto refuses to compare two dynamics"
    assert message(KqlUnsupportedError("operator:==", hint=hint), "", None) == (
        f"Not supported here: operator == ({hint})")
