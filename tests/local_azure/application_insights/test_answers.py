import json
from datetime import datetime, timezone


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
