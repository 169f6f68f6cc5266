import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.decode.escapes import decode

PIECES = ["\\", "n", '"', "u003d", "%3D", "%25", "3D", "&quot;", "&amp;", "quot;", "\x1b[31m", "a", "=", " ", "é", "密",
          "\u200b", "\uff1d", "x41", "\\\\", "&#61;"]


@pytest.mark.parametrize("written, read", [
    (r"a\nb", "a\nb"), (r"a\\nb", "a\nb"), (r"a\\\\nb", "a\nb"),
    (r"\u003d", "="), (r"\\u003d", "="), (r"\x3d", "="),
    (r"\u{3d}", "="), (r"\U0000003d", "="), ("%3D", "="), ("%253D", "="), ("%25253D", "="), ("%C3%A9", "é"),
    ("%E5%AF%86", "密"), ("&quot;", '"'), ("&amp;quot;", '"'), ("&#61;", "="), ("&#x3d;", "="), ("&amp;", "&"),
    ("\x1b[31mred\x1b[0m", "red"), (r"\u001b[31mred", "red"), (r"\033[1mb", "b"), (r"\e[1mb", "b"), ("p\u200bw", "pw"),
    ("\uff1a", ":"), ("\u201cx\u201d", '"x"'), (r"%5Cn", "\n"), (r"\u0026quot;", '"'), ("plain", "plain"),
    ("100%", "100%"), ("&nosuch;", "&nosuch;"), (r"C:\dir", r"C:\dir"), (r"\ud83d", r"\ud83d")])
def test_what_is_written_is_read(written: str, read: str):
    assert decode(written).text == read


@pytest.mark.parametrize("backslashes, depth", [(0, 0), (1, 1), (2, 1), (3, 2), (5, 1), (6, 2), (7, 3)])
def test_quote_is_as_deep_as_texts_are_in_texts(backslashes: int, depth: int):
    view = decode("x" + "\\" * backslashes + '"')
    assert (view.text[-1], view.depth(len(view.text) - 1)) == ('"', depth)


def test_percent_encoding_is_data_as_often_as_it_was_done():
    view = decode("a=%3D%253D")
    assert [view.data(at) for at in range(len(view.text))] == [0, 0, 1, 2]


@settings(deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_each_character_has_a_place_in_the_original(text: str):
    view = decode(text)
    spans = [view.origin(at, at + 1) for at in range(len(view.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:]))


def test_place_covers_the_whole_escape():
    view = decode(r"key\u003dv%61lue")
    assert view.text == "key=value"
    assert view.origin(4, 9) == (9, 16)
    assert view.origin(3, 4) == (3, 9)
