import json

import pytest

from local_azure.functions_host.event_text import UnreadableBodyError, read_events, write


@pytest.mark.parametrize("sent, handed_over", [
    ("2022-10-05T20:03:01+02:00", "2022-10-05T18:03:01+00:00"),
    ("2022-10-05T20:03:01.5-0230", "2022-10-05T22:33:01.5+00:00"),
    ("2022-10-05T18:03:01.100Z", "2022-10-05T18:03:01.1Z"),
    ("2022-10-05T18:03:01.000Z", "2022-10-05T18:03:01Z"),
    ("2022-10-05T18:03:01.1234567Z", "2022-10-05T18:03:01.1234567Z"),
    ("2022-10-05T18:03:01.340", "2022-10-05T18:03:01.34"),
    ("/Date(1665000181340)/", "2022-10-05T20:03:01.34Z"), ("/Date(-1)/", "1969-12-31T23:59:59.999Z"),
])
def test_a_time_is_moved_to_utc_and_shortened(sent, handed_over):
    assert json.loads(write({"name": [sent]})) == {"name": [handed_over]}


@pytest.mark.parametrize("text", [
    "2022-10-05", "2022-10-05 18:03:01", "18:03:01", "2022-13-05T18:03:01Z", "2022-10-05T18:03:01+99:00",
    "0001-01-01T00:00:00+02:00", "at 2022-10-05T18:03:01.100Z", "/Date(now)/", "ü 火 \u2603", ""])
def test_other_texts_stay(text):
    assert json.loads(write([text])) == [text]


@pytest.mark.parametrize("sent, handed_over", [
    ("1.10", "1.1"), ("1E5", "100000.0"), ("1.0", "1.0"), ("0.1234567890123456789", "0.12345678901234568"),
    ("123456789012345678901234567890", "123456789012345678901234567890"), ("-0.5", "-0.5"), ("1e400", '"Infinity"'),
    ("-1e400", '"-Infinity"'), ("NaN", '"NaN"'), ("1e22", "1E+22"), ("1e15", "1E+15"),
    ("1234567890123456.0", "1.234567890123456E+15"), ("1e-7", "1E-07"), ("12", "12"), ("true", "true"),
    ("null", "null")])
def test_numbers_are_those_of_dotnet(sent, handed_over):
    assert read_events(f'{{"a": {sent}}}'.encode()) == [f'{{"a":{handed_over}}}']


def test_of_equal_names_the_last_stays_where_the_first_stood():
    assert read_events(b'{"a": 1, "b": 2, "a": 3}') == ['{"a":3,"b":2}']


def test_text_is_written_as_it_is_but_for_what_ends_lines():
    assert read_events('{"é": "火/<\u2028\\u0085\\n\\ud800"}'.encode()) == ['{"é":"火/<\\u2028\\u0085\\n\ufffd"}']


def test_every_object_of_an_array_is_an_event():
    assert read_events(b'[{"a": 1}, {"a": 2}]') == ['{"a":1}', '{"a":2}']
    assert read_events(b"[]") == []


@pytest.mark.parametrize("body", [b"", b"{", b"1", b'[{}, "a"]', b"{} {}", b"[{}] x"])
def test_what_holds_no_events_is_told(body):
    with pytest.raises(UnreadableBodyError):
        read_events(body)
