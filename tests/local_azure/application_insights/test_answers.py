import gc
import json
from datetime import datetime, timezone

import duckdb
import pytest

from local_azure.application_insights.answers import fetch


def test_answers_hold_utc_datetimes_and_dynamic_values_as_json(store, trace, now):
    store.accept([trace(properties={"n": "5"})], now)
    table = store.query(
        "traces | project timestamp, customDimensions, l = pack_array(1, 'a'), m = todatetime('2020-01-01')"
    )
    assert [column.type for column in table.columns] == ["datetime", "dynamic", "dynamic", "datetime"]
    [(timestamp, dimensions, numbers, midnight)] = table.rows
    assert timestamp == now and timestamp.tzinfo is timezone.utc
    assert (json.loads(dimensions), json.loads(numbers)) == ({"n": "5"}, [1, "a"])
    assert midnight == datetime(2020, 1, 1, tzinfo=timezone.utc)


def test_lists_of_an_aggregate_are_json_too(store, trace, now):
    store.accept([trace("a")], now)
    assert store.query("traces | summarize make_list(message)").rows == (('["a"]',),)


def test_what_is_missing_in_a_long_answer_is_null_where_kusto_has_nulls(store):
    table = store.query("""
        let even = range x from 0 to 2498 step 2
        | project x, text = strcat('a', x), bag = bag_pack('x', x), day = datetime(2022-10-06), array = pack_array(x);
        range x from 0 to 2499 step 1 | lookup kind=leftouter even on x
        | sort by x asc | project x, text, bag, day, array, number = iff(isnull(day), long(null), x)""")
    day = datetime(2022, 10, 6, tzinfo=timezone.utc)
    rows = [(x, f"a{x}", {"x": x}, day, [x], x) if x % 2 == 0 else (x, "", None, None, None, None)
            for x in range(2500)]
    found = [(x, text, bag and json.loads(bag), time, values and json.loads(values), number)
             for x, text, bag, time, values, number in table.rows]
    assert found == rows


def test_no_garbage_is_searched_for_while_an_answer_is_fetched_whatever_becomes_of_it():
    searched = []

    def check():
        searched.append(gc.isenabled())
        if len(searched) == 1:
            fetch(duckdb.connect().execute("SELECT 1"), lambda: searched.append(gc.isenabled()))
        if len(searched) == 4:
            raise InterruptedError

    with duckdb.connect() as connection, pytest.raises(InterruptedError):
        fetch(connection.execute("SELECT * FROM range(5000)"), check)
    assert searched == [False] * 4 and gc.isenabled()
