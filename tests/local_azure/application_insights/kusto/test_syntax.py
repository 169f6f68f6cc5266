"""What is found in the trees of duckdb-kql is what it would find itself."""
import duckdb_kql.lower as lowering
import pytest
from duckdb_kql import parse

from local_azure.application_insights.kusto.dialect import install
from local_azure.application_insights.kusto.syntax import nodes_of_class

QUERY = """set notruncation;
let a = toscalar(traces | count);
traces | where strlen(message) > a | project strcat(tostring(itemCount), 'a', tolower('B')), tostring(message)"""


@pytest.mark.parametrize(("kind", "texts"), [
    ("SetStatement", ["setnotruncation"]), ("LetStatement", ["leta=toscalar(traces|count)"]),
    ("NamedFunctionCallExpression", ["strlen(message)", "strcat(tostring(itemCount),'a',tolower('B'))",
                                     "tostring(message)"]),
    ("StringLiteralExpression", ["'a'", "'B'"]), ("DeclareQueryParametersStatement", [])])
def test_the_outermost_nodes_of_a_kind_are_found_in_their_order(kind, texts):
    assert [node.getText() for node in nodes_of_class(parse(QUERY).tree, kind)] == texts


def test_the_translator_looks_with_it():
    install()
    assert lowering._find_all is nodes_of_class
