import pytest

from NotebookRuns.reports.texts import clean, first_of, last_of


def test_colours_and_control_characters_go():
    assert clean("\x1b[31mred\x1b[39m\x00 \x08line\r\n\ttab\x7f ") == "red line\n\ttab"


def test_what_is_half_a_character_can_be_sent():
    assert clean("a\ud83db \U0001f600").encode() == "a?b \U0001f600".encode()


@pytest.mark.parametrize(("text", "first", "last"), [("abc", "abc", "abc"), ("abcd", "ab…", "…cd"), ("", "", "")])
def test_a_text_is_cut_with_a_mark(text, first, last):
    assert (first_of(text, 3), last_of(text, 3)) == (first, last)
