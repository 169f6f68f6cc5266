import json
from datetime import datetime, timezone

import pytest

from azure_access.answers import TOO_DEEP, Fields, parse_json


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, True, "ü\n"]}, [], "text", None])
def test_json_is_parsed(value):
    assert parse_json(json.dumps(value).encode()) == value


def test_byte_order_mark_and_bytes_that_are_no_utf_8_do_no_harm():
    assert parse_json(b'\xef\xbb\xbf{"name": "caf\xe9"}') == {"name": "caf\ufffd"}


def test_whole_number_too_long_for_python_is_kept_as_text():
    digits = "9" * 5_000
    assert parse_json(f'{{"n": {digits}, "m": 5}}'.encode()) == {"n": digits, "m": 5}


def test_what_is_nested_too_deep_is_left_out_and_the_rest_is_there():
    deep = "[" * 100_000 + '"]"' + "]" * 100_000
    found = parse_json(f'{{"a": "[[\\"{{", "b": {deep}, "c": {{"d": [{deep}, 3]}}}}'.encode())
    assert found["a"] == '[["{' and found["c"]["d"][1] == 3
    assert TOO_DEEP in json.dumps(found["b"])


@pytest.mark.parametrize("body", [
    b"", b"<html>", b'{"a":}', b"[" * 100_000, b"]" * 100_000, b'{"a": "' + b"[" * 100_000])
def test_what_is_no_json_is_a_value_error(body):
    with pytest.raises(ValueError):
        parse_json(body)


@pytest.mark.parametrize("value", [{"StepType": "x"}, {"stepType": "x"}, {"stepType": None, "STEPTYPE": "x"}])
def test_members_are_found_without_regard_to_case(value):
    assert Fields({"properties": value}).text("Properties", "stepType") == "x"


@pytest.mark.parametrize("value", [
    None, 5, "text", [], [{"a": 1}], {}, {"a": None}, {"a": ""}, {"a": []}, {"a": {}}, {1: 2}])
def test_what_is_not_there_is_none(value):
    found = Fields(value)
    assert found.text("a") is found.value("a", "b") is found.whole_number("a") is found.time("a") is None
    assert found.list("a") == [] and not found.fields("a")


@pytest.mark.parametrize("value", [True, 5, 2.5, ["x"], {"x": 1}, "5"])
def test_only_the_kind_that_is_asked_for_counts(value):
    found = Fields({"a": value})
    assert found.text("a") == ("5" if value == "5" else None)
    assert found.whole_number("a") == (5 if value == 5 else None)
    assert found.list("a") == (["x"] if value == ["x"] else [])
    assert found.fields("a").members == ({"x": 1} if value == {"x": 1} else {})


@pytest.mark.parametrize("value, expected", [
    ("2024-02-19T17:29:40.6333607+00:00", datetime(2024, 2, 19, 17, 29, 40, 633360, timezone.utc)),
    ("soon", None), (5, None), ("9" * 400, None), ("0001-01-01T00:00:00+23:00", None)])
def test_times(value, expected):
    assert Fields({"a": value}).time("a") == expected
