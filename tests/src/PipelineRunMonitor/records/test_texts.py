import pytest

from PipelineRunMonitor.records import texts


def test_clean_text_can_be_written_as_utf_8():
    assert texts.clean("a\ud800b\0c😀") == "a\ufffdb\ufffdc😀"


@pytest.mark.parametrize("text, units", [("", 0), ("abc", 3), ("例", 1), ("😀", 2)])
def test_units_are_those_of_utf_16(text, units):
    assert texts.count_units(text) == units


@pytest.mark.parametrize("text, size_bytes", [("", 2), ("a", 3), ("ü", 4), ("😀", 6), ("\"", 4), ("\x01", 8)])
def test_bytes_are_those_of_the_quoted_text(text, size_bytes):
    assert texts.count_json_bytes(text) == size_bytes


@pytest.mark.parametrize("text, limit, found", [
    ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a😀b", 4, "a😀b"), ("a😀bc", 3, "a…"), ("abcd", 1, "…")])
def test_short_text_stays_and_a_long_one_ends_with_an_ellipsis(text, limit, found):
    assert texts.shorten(text, limit) == found


def test_text_within_both_limits_stays():
    assert texts.shorten_to_bytes("ü" * 10, 10, 22) == "ü" * 10


def test_units_are_limited_where_there_is_room_for_more_bytes():
    assert texts.shorten_to_bytes("x" * 20, 10, 1_000) == "x" * 9 + "…"


@pytest.mark.parametrize("text", ["例" * 30_000, "x" * 30_000 + "例" * 30_000, "例" * 5_000 + "x" * 90_000,
                                  "😀" * 30_000, "\x01" * 30_000, "\"" * 80_000])
def test_bytes_are_used_up(text):
    found = texts.shorten_to_bytes(text, 100_000, 60_000)
    assert text.startswith(found[:-1]) and found[-1] == "…"
    assert 60_000 - 6 <= texts.count_json_bytes(found) <= 60_000


@pytest.mark.parametrize("fitting, found", [(0, 3), (3, 3), (4, 4), (8, 8), (9, 9), (10, 10), (11, 10)])
def test_largest_limit_is_between_the_lowest_and_the_highest(fitting, found):
    assert texts.find_largest_limit(lambda limit: limit <= fitting, highest=10, lowest=3) == found
