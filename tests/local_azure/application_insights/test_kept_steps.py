"""A query over kept columns has the answer that it has over JSON; whatever is in the store, and whatever is asked."""
from datetime import timedelta

import pytest

from local_azure.application_insights import translation
from local_azure.application_insights.kept_steps import with_kept_columns

RUNS = [
    {"type": "run_detail", "run_id": "r1", "workspace_name": "w", "run_number": "7", "execution_time_ms": "1.5"},
    {"type": "run_detail", "run_id": "r1", "workspace_name": "w", "run_number": "x", "execution_time_ms": "2"},
    {"type": "run_detail", "run_id": "r1", "workspace_name": "v", "target": "gpu", "tags": "t"},
    {"type": "run_detail", "run_id": "_s0 AS (SELECT * FROM \"traces\"),", "target": "it's \"quoted\""},
    {"type": "invalid_event", "run_id": "r2", "reason": "no JSON", "tags": "u"},
    {},
]
LATEST = "| summarize arg_max(timestamp, *) by workspace_name, run_id"
PROJECTED = """traces | where tostring(customDimensions.type) == 'run_detail'
    | project timestamp, run_id = tostring(customDimensions.run_id), number = tolong(customDimensions.run_number),
        workspace_name = tostring(customDimensions.workspace_name), target = tostring(customDimensions.target)"""
QUERIES = {
    "all columns": "traces",
    "all columns of some": "traces | where tostring(customDimensions.run_id) == 'r1'",
    "all columns of the last": "traces | where tostring(customDimensions.type) != '' | top 1 by timestamp desc",
    "any column": "traces | where * has 'gpu'",
    "search": "search 'gpu'",
    "search in traces": "traces | search 'r1' | count",
    "a column added": "traces | extend id = tostring(customDimensions.run_id) | where id == 'r1'",
    "two columns added": """traces | extend id = tostring(customDimensions.run_id)
        | extend number = tolong(customDimensions.run_number) | where number == 7""",
    "a column replaced": "traces | extend message = tostring(customDimensions.run_id) | where message == 'r1'",
    "dimensions replaced": """traces | extend customDimensions = parse_json('{"run_id": "other"}')
        | project tostring(customDimensions.run_id)""",
    "dimensions left out": "traces | project-away customDimensions | where message != ''",
    "dimensions carried": f"traces | project timestamp, customDimensions, run_id = tostring(customDimensions.run_id)"
                          f"{LATEST.replace('workspace_name, ', '')} | project tostring(customDimensions.tags)",
    "columns of the schema": "traces | where tostring(customDimensions.type) != '' | getschema",
    "a bag of all": "traces | where tostring(customDimensions.type) != '' | project pack_all()",
    "distinct": "traces | where tostring(customDimensions.type) != '' | distinct *",
    "distinct names": "traces | distinct tostring(customDimensions.run_id)",
    "the latest": f"{PROJECTED} {LATEST}",
    "the latest of some": f"{PROJECTED} | where isnotempty(target) {LATEST}",
    "the latest with a column added": f"{PROJECTED} | extend twice = number * 2 {LATEST}",
    "the latest of what was projected twice": """traces | project timestamp, customDimensions
        | project timestamp, run = tostring(customDimensions.run_id), target = tostring(customDimensions.target)
        | summarize arg_max(timestamp, target) by run""",
    "the first": f"{PROJECTED} | summarize arg_min(timestamp, *) by workspace_name, run_id",
    "the latest of nulls": f"{PROJECTED} | summarize arg_max(number, *) by workspace_name, run_id",
    "some columns of the latest": f"{PROJECTED} | summarize arg_max(timestamp, target) by run_id",
    "the latest of each, counted": f"{PROJECTED} | summarize runs = count(), arg_max(timestamp, target) by run_id",
    "the latest of more rows than there are": f"""{PROJECTED} | extend each = range(1, 2)
        | mv-expand each to typeof(long) {LATEST}""",
    "the latest of all": f"{PROJECTED} | summarize arg_max(timestamp, *)",
    "counts": "traces | summarize count() by tostring(customDimensions.type), tolong(customDimensions.run_number)",
    "a count": "traces | where tostring(customDimensions.type) == 'run_detail' | count",
    "a union": f"union ({PROJECTED}), (requests | project run_id = name)",
    "a join with itself": f"{PROJECTED} | join kind=inner ({PROJECTED} | project run_id, other = target) on run_id",
    "a list of values": f"{PROJECTED} | where run_id in ((traces | project tostring(customDimensions.run_id)))",
    "a scalar": f"let newest = toscalar({PROJECTED} | top 1 by timestamp desc | project run_id); {PROJECTED}"
                " | where run_id == newest",
    "a let that is used twice": f"let runs = {PROJECTED}; runs {LATEST} | lookup (runs | project run_id, again = 1)"
                                " on run_id",
    "traces after a let of traces": f"""let numbers = {PROJECTED} | project run_id, number;
        traces | where tostring(customDimensions.type) != 'run_detail'
        | project run_id = tostring(customDimensions.run_id), tags = tostring(customDimensions.tags)
        | lookup numbers on run_id""",
    "a number in a text": "traces | project n = toreal(tostring(customDimensions.execution_time_ms)),"
                          " s = strlen(tostring(customDimensions.target)), t = tostring(customDimensions.tags)",
    "lines in a text": f"""{PROJECTED} | where target != ```
     _s1 AS (SELECT * FROM _s0 WHERE 1),
```""",
    "names like the columns'": f"{PROJECTED} | extend ['$run_id'] = 1 | project ['$run_id'], run_id",
}


@pytest.fixture
def runs(store, trace, now):
    items = [trace(f"m{index}", properties, time=(now - timedelta(minutes=index)).isoformat())
             for index, properties in enumerate(RUNS)]
    assert store.accept(items, now).errors == ()
    return store


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_the_answer_that_it_has_over_json(runs, monkeypatch, name):
    found = runs.query(QUERIES[name])
    monkeypatch.setattr(translation, "with_kept_columns", lambda sql: sql)
    expected = runs.query(QUERIES[name])
    assert found.columns == expected.columns
    assert sorted(found.rows, key=repr) == sorted(expected.rows, key=repr)
    assert found.rows


def test_the_steps_of_a_latest_run_read_no_json_and_aggregate_row_numbers_alone():
    value = """COALESCE(arg_max({'v': "x"}, "timestamp"), any_value({'v': "x"}))['v'] AS "x\""""
    sql = "\n".join((
        'WITH _s0 AS (SELECT * FROM "traces"),',
        """     _s1 AS (SELECT "timestamp" AS "timestamp", coalesce(json_extract("customDimensions", '$.run_id')"""
        """ ->> '$', '') AS "id" FROM _s0),""",
        f"""     _s2 AS (SELECT "id" AS "id", max("timestamp") AS "timestamp", {value} FROM _s1 GROUP BY "id")""",
        "SELECT * FROM _s2"))
    steps = with_kept_columns(sql).split("\n")
    assert steps[-2] == (
        """     _s2 AS (SELECT "id", "timestamp", "x" FROM _k1 WHERE "$row" IN (SELECT coalesce(arg_max("$row","""
        """ "timestamp"), first("$row")) FROM _k1 GROUP BY "id"))""")
    assert not any("json_extract" in step for step in steps)


def test_a_statement_after_those_that_it_names_reads_no_json_either():
    sql = "\n".join((
        'WITH "_l0_numbers" AS (WITH _s0 AS (SELECT * FROM "traces"),',
        """     _s1 AS (SELECT coalesce(json_extract("customDimensions", '$.tags') ->> '$', '') AS "a" FROM _s0)""",
        "SELECT * FROM _s1),",
        '     _s0 AS (SELECT * FROM "traces"),',
        """     _s1 AS (SELECT coalesce(json_extract("customDimensions", '$.run_id') ->> '$', '') AS "b" FROM _s0)""",
        "SELECT * FROM _s1"))
    assert "json_extract" not in with_kept_columns(sql)


@pytest.mark.parametrize("step", [
    "     _s1 AS (SELECT DISTINCT * FROM _s0)",
    '     _s1 AS (SELECT to_json(_s0) AS "x" FROM _s0)',
    '     _s1 AS (SELECT "a" AS "a", random() AS "b" FROM _s0)',
    '     _s1 AS (SELECT "a" AS "a" FROM (SELECT *, 1 AS "b" FROM _s0))',
    "     _s1 AS (SELECT * FROM _s0 WHERE COLUMNS(*) = 1)",
    '     _s1 AS (SELECT "a" AS "a" FROM _s0 AS _l JOIN (WITH _s0 AS (SELECT 1),',
])
def test_a_step_of_another_form_stays_as_it_is(step):
    sql = f'WITH _s0 AS (SELECT * FROM "traces"),\n{step}\nSELECT * FROM _s1'
    assert with_kept_columns(sql).split("\n")[2:] == [step, "SELECT * FROM _s1"]
