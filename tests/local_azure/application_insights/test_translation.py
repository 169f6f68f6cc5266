"""Rewritten SQL is held against the SQL that duckdb-kql wrote, on a plain DuckDB."""
import json
import re
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from duckdb_kql import to_sql
from duckdb_kql.engine import schema
from duckdb_kql.ir import ColumnRef
from duckdb_kql.translate import render_kql_tostring
from hypothesis import given, settings
from hypothesis import strategies as st

from local_azure.application_insights.answers import Table, fetch
from local_azure.application_insights.kusto.scope import Query
from local_azure.application_insights.kusto.text import copied
from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.schema import TABLES, create_statement
from local_azure.application_insights.text_macro import MACRO, calls_macro
from local_azure.application_insights.translation import CONFIGURATION, faster, translate

DIMENSIONS = [
    {"type": "run", "run_id": "r1", "status": "Failed", "ms": "90000", "number": "7", "tags": '{"team": "a"}'},
    {"type": "run", "run_id": "r1", "status": "Completed", "ms": "60000", "number": "10"},
    {"type": "run", "run_id": "r2", "status": "Completed", "ms": "1.5", "number": "07", "parent_id": "r1"},
    {"type": "run", "run_id": "r3", "status": "", "ms": "", "parent_id": "r1", "tags": "no json"},
    {"type": "run", "run_id": "r4", "ms": "x", "number": "9223372036854775808", "parent_id": "r2"},
    {"type": "run", "run_id": "ü \"quoted\" 'r' \\ \n😀", "status": "null", "ms": "-1", "tags": "[1, 2]"},
    {"type": "other", "a b": "spaced", "a.b": "dotted", "$": "dollar", "1": "one", "tags": '{"team": "b"}'},
    {},
]
TEXT_OF_X = render_kql_tostring(ColumnRef("x"))
QUERIES = {
    "dimensions carried through arg_max": """traces
        | where tostring(customDimensions.type) == 'run'
        | extend run_id = tostring(customDimensions.run_id)
        | summarize arg_max(timestamp, customDimensions) by run_id
        | extend status = tostring(customDimensions.status), seconds = toreal(customDimensions.ms) / 1000
        | where isempty(status) or status != 'Canceled'
        | project run_id, status, seconds, start = datetime(1970-01-01) + toreal(customDimensions.ms) * 1ms""",
    "dimensions read before arg_max": """traces
        | project timestamp, run_id = tostring(customDimensions.run_id), status = tostring(customDimensions.status),
            number = tolong(customDimensions.number), is_done = customDimensions.status == 'Completed'
        | summarize arg_max(timestamp, *) by run_id
        | where isnotempty(run_id)""",
    "arg_min with a null": """traces | extend number = tolong(customDimensions.number), id = itemType
        | summarize arg_min(number, timestamp, message) by id""",
    "arg_max of nulls alone": """traces | where customDimensions.type == 'other'
        | extend number = tolong(customDimensions.number) | summarize arg_max(number, message) by itemType""",
    "whole rows": "traces | where customDimensions.status == 'Failed' or customDimensions.number == '7'",
    "every type": """traces | project tostring(customDimensions.ms), tolong(customDimensions.ms),
        toreal(customDimensions.ms), toint(customDimensions.ms), tobool(customDimensions.ms),
        todatetime(customDimensions.ms), customDimensions.ms""",
    "keys that are no plain names": """traces | project customDimensions['a b'], customDimensions['a.b'],
        customDimensions['$'], customDimensions['1'], customDimensions.a.b, customDimensions['type']""",
    "nested JSON": """traces | extend tags = parse_json(tostring(customDimensions.tags))
        | project tags.team, tags[0], tags.absent, tostring(customDimensions.type), tostring(tags)""",
    "branches": """traces | project label = iff(customDimensions.type == 'run', tostring(customDimensions.run_id),
        tostring(customDimensions.type)), level = case(tolong(customDimensions.ms) > 70000, 'long',
        isnotempty(tostring(customDimensions.ms)), 'short', 'unknown')""",
    "a join with itself": """let runs = traces | project run_id = tostring(customDimensions.run_id),
            parent_id = tostring(customDimensions.parent_id), status = tostring(customDimensions.status);
        runs | join kind=leftouter (runs | project parent_id = run_id, parent_status = status) on parent_id
        | where parent_status != 'Failed'""",
    "wide sides of a join": """traces | join kind=inner (traces | project itemId, other = customDimensions) on itemId
        | where tostring(customDimensions.type) == tostring(other.type)
        | project tostring(other.run_id), tostring(customDimensions.ms)""",
    "a union": """union traces, requests | where tostring(customDimensions.type) == 'run'
        | summarize count() by tostring(customDimensions.status), tostring(customDimensions.type)""",
    "aggregates": """traces | extend status = tostring(customDimensions.status)
        | summarize runs = count(), failed = countif(status == 'Failed'), dcount(tostring(customDimensions.run_id)),
            make_set(tostring(customDimensions.type)), percentile(toreal(customDimensions.ms), 50) by status""",
    "a scalar from a table": """let latest = toscalar(traces | where customDimensions.type == 'run'
            | summarize max(tolong(customDimensions.number)));
        traces | where tolong(customDimensions.number) == latest | project tostring(customDimensions.run_id)""",
    "a list of a table's values": """traces | where tostring(customDimensions.run_id) in (
            (traces | where isnotempty(tostring(customDimensions.parent_id))
            | project tostring(customDimensions.parent_id))) | project message""",
    "elements of a list": """traces | extend tags = parse_json(tostring(customDimensions.tags))
        | mv-expand tag = tags | project tostring(customDimensions.run_id), tag""",
    "a graph": """traces
        | project source = tostring(customDimensions.run_id), target = tostring(customDimensions.parent_id)
        | make-graph source --> target
        | graph-match (child)-[link]->(parent) project link.source, link.target""",
}


@pytest.fixture
def telemetry(tmp_path, key, trace, now):
    """A file with a row of each of the dimensions, minutes apart."""
    path = tmp_path / "telemetry.duckdb"
    items = [trace(f"m{index}", properties, time=(now - timedelta(minutes=index)).isoformat())
             for index, properties in enumerate(DIMENSIONS)]
    store = TelemetryStore(path, instrumentation_key=key)
    assert store.accept(items, now).errors == ()
    store.close()
    return path


def ask_plainly(path: Path, text: str) -> Table:
    with duckdb.connect(path, read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return fetch(connection.execute(to_sql(text, schema=schema(connection))))


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_the_answer_that_it_has_without_rewriting(telemetry, name):
    expected = ask_plainly(telemetry, QUERIES[name])
    store = TelemetryStore(telemetry, instrumentation_key="", read_only=True)
    found = store.query(QUERIES[name])
    store.close()
    assert found.columns == expected.columns
    assert sorted(found.rows, key=repr) == sorted(expected.rows, key=repr)
    assert found.rows


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect(config=CONFIGURATION) as opened:
        for table in TABLES:
            opened.execute(create_statement(table))
        opened.execute(MACRO)
        yield opened


def sql_of(text: str, connection: duckdb.DuckDBPyConnection) -> str:
    return translate(Query(copied(text, 0, len(text))), {}, schema(connection)).sql


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.lists(values, max_size=5))
def test_keys_read_together_are_the_keys_read_alone(connection, documents):
    sql = """SELECT json_extract("d", '$.a'), json_extract("d", '$.b') ->> '$', typeof(json_extract("d", '$.c'))
             FROM (SELECT unnest($documents::JSON[]) AS "d")""".replace("\n", " ")
    parameters = {"documents": [json.dumps(document) for document in documents]}
    found = connection.execute(faster(sql), parameters).fetchall()
    assert faster(sql) != sql
    assert found == connection.execute(sql, parameters).fetchall()


@settings(deadline=None)
@given(st.lists(st.tuples(st.none() | st.integers(0, 3), st.none() | st.text(max_size=3)), max_size=6),
       st.sampled_from(["arg_max", "arg_min"]))
def test_an_extreme_keeps_nulls_and_has_a_row_even_where_all_are_null(connection, rows, extreme):
    boxed = """{'v': "x"}"""
    sql = f"""SELECT COALESCE({extreme}({boxed}, "t"), any_value({boxed}))['v'] FROM (SELECT unnest($t::INT[]) AS "t",
              unnest($x::VARCHAR[]) AS "x")"""
    parameters = {"t": [t for t, _ in rows], "x": [x for _, x in rows]}
    assert f"{extreme}_null" in faster(sql)
    assert connection.execute(faster(sql), parameters).fetchall() == connection.execute(sql, parameters).fetchall()


@pytest.mark.parametrize("value", [
    "NULL", "'it''s'", "''", "true", "7", "-1.5", "'NaN'::DOUBLE", "'[1]'::JSON", "'\"a\"'::JSON", "'null'::JSON",
    "TIMESTAMP '2024-03-01 18:00:00.5'", "TIMESTAMPTZ '2024-03-01 18:00:00+00'", "INTERVAL '-36:00:01.5'"])
def test_a_value_as_text_is_what_it_is_written_out(connection, value):
    sql = f"SELECT {TEXT_OF_X} FROM (SELECT {value} AS \"x\")"
    assert calls_macro(faster(sql)) and not calls_macro(sql)
    assert connection.execute(faster(sql)).fetchall() == connection.execute(sql).fetchall()


def test_a_step_parses_each_of_its_columns_once(connection):
    sql = sql_of("traces | where customDimensions.a == 'x' | project tostring(customDimensions.a),"
                 " tolong(customDimensions.b), tostring(customMeasurements.a)", connection)
    read_by_step = [sorted(set(re.findall(r"json_extract\([^)]*\)", step))) for step in sql.split("\n")]
    assert [step for step in read_by_step if step] == [
        ["""json_extract("customDimensions", ['$.a'])"""],
        ["""json_extract("customDimensions", ['$.a', '$.b'])""", """json_extract("customMeasurements", ['$.a'])"""],
    ]


def test_filters_on_a_computed_column_do_not_parse_again(connection):
    sql = sql_of("traces | project id = tostring(customDimensions.run_id) | where id != 'a' and id != 'b'", connection)
    [(_, plan)] = connection.execute(f"EXPLAIN {sql}").fetchall()
    assert "id != 'a'" in plan and "json_extract" not in plan  # of a projection the plan shows the names alone


@pytest.mark.parametrize("text", [
    """print a = "json_extract(\\"d\\", '$.a')" """,
    """print a = "COALESCE(arg_max({'v': \\"x\\"}, \\"t\\"), any_value({'v': \\"x\\"}))['v']" """,
    """print ['json_extract("d", \\'$.a\\')'] = 1""",
    f"print a = {json.dumps(TEXT_OF_X)}",
    """print ['COALESCE(arg_max({\\'v\\': "x"}, "t"), any_value({\\'v\\': "x"}))[\\'v\\']'] = 1""",
])
def test_texts_and_names_are_left_alone(connection, text):
    assert sql_of(text, connection) == str(to_sql(text))


@pytest.mark.parametrize("of", ["''", "'x'"])
def test_a_filter_for_all_reads_no_other_query(of):
    step = f"SELECT * FROM _s0 WHERE (({of} IS NULL OR CAST({of} AS VARCHAR) = '') OR NOT \"a)\" IN (SELECT 1)))"
    whole = f"WITH _s1 AS ({step},"
    assert (faster(whole) == "WITH _s1 AS (SELECT * FROM _s0 WHERE TRUE),") == (of == "''")
