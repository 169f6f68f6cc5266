"""A query that cannot be answered says where, whatever the fault is and whoever finds it."""
import pytest

from local_azure.application_insights.errors import QueryError
from local_azure.application_insights.kusto.places import name_place
from tests.local_azure.application_insights.kusto.corpus import open_store


@pytest.fixture(scope="module")
def store():
    opened = open_store()
    yield opened
    opened.close()


@pytest.mark.parametrize("query, message, place", [
    # a name that is not there, where there is one of that name before
    ("traces | where severityLevel > 1 | project message | where severityLevel > 1", "'severityLevel'", (1, 60)),
    ("traces // nope\n| where message != 'nope' and nope == 1", "'nope'", (2, 31)),
    ("traces | join kind=inner (requests | where nope == 1) on operation_Id", "'nope'", (1, 44)),
    ("let a = traces | where nope == 1;\na | count", "'nope'", (1, 24)),
    ("let f = (x: long) {\n  traces | where nope == x\n};\nf(1)", "'nope'", (2, 18)),
    ("traces | project-rename a = nope", "'nope'", (1, 29)),
    ("traces | union nope", "'nope'", (1, 16)),
    ("search in (nope) 'x'", "'nope'", (1, 12)),
    ("traces | evaluate bag_unpack(nope)", "'nope'", (1, 30)),
    ("traces | mv-apply x = nope on (where x > 1)", "'nope'", (1, 23)),
    # in what was rewritten
    ("traces\n| make-series foo(severityLevel) on timestamp step 1h", "foo()", (2, 15)),
    ("traces | make-series count() on message step 1h", "make-series on a string", (1, 30)),
    ("traces | extend row_number(1, 2, 3)", "row_number() with 3 arguments", (1, 17)),
    ("traces | mv-apply x = message on (join kind=inner (requests) on operation_Id)", "join inside mv-apply", (1, 35)),
    ("traces | project d = bag_pack('a', 1), a = 2 | evaluate bag_unpack(d)", "second column 'a'", (1, 48)),
    ("set notruncation;\ntraces | serialize | where foo(1)", "foo()", (2, 28)),
    # what the engine says without a place
    ("traces | take 5 | project a = customDimensions.x + 1", "'+' cannot take dynamic and long", (1, 19)),
    ("traces | where severityLevel > 'a'", "'a' is no int", (1, 10)),
    ("traces | where timestamp > 'a'", "'a' is no datetime", (1, 10)),
    ("traces | where timestamp between (1 .. 2)", "datetime and long cannot be mixed", (1, 10)),
    ("traces | extend a = 1 | where message matches regex '('", "In a regular expression: missing )", (1, 25)),
    ("let a = 1; traces | extend b = todatetime(message) * 2 | count", "'*' cannot take datetime and long", (1, 21)),
    # what duckdb-kql says without a place
    ("print no_such_function(1)", "no_such_function()", (1, 7)),
    ("traces | summarize hll(message)", "hll(); instead: dcount()", (1, 20)),
    ("traces | extend y = 1, y = 2", "two columns 'y'", (1, 17)),
    ("traces | extend x = 1 | project toscalar(traces | count)", "name this column", (1, 33)),
    ("let x = 1; let x = 2; print x", "already bound", (1, 23)),
    ("app('x').traces | count", "app(); instead: the table alone", (1, 1)),
])
def test_a_fault_has_a_place(store, query, message, place):
    with pytest.raises(QueryError) as raised:
        store.query(query)
    assert message in raised.value.message
    assert (raised.value.line, raised.value.column) == place


def test_a_query_nested_too_deeply_says_so(store):
    with pytest.raises(QueryError, match="nested too deeply"):
        store.query("print " + "(" * 5_000 + "1" + ")" * 5_000)


def test_names_in_texts_and_comments_are_no_code():
    assert name_place("// a\nprint 'a', \"a\", @'a', ab, a", "a") == 31
    assert name_place("print 'a'", "a") is None
