"""Text from outside on a terminal."""
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_azure.terminal_texts import terminal_text


@pytest.mark.parametrize("text, shown", [
    ("\x1b]0;title\x07", r"\x1b]0;title\x07"), ("\x9b2J", r"\x9b2J"), ("a\rb\nc\td\0", r"a\rb\nc\td\x00"),
    ("\u202etxt\u2069", r"\u202etxt\u2069"), ("\u2028\x85", r"\u2028\x85"), ("\ud800", r"\ud800"),
    ("نمی\u200cدانم", "نمی\u200cدانم"), ("👩\u200d🔬 火 é", "👩\u200d🔬 火 é"), ("[bold]", "[bold]")])
def test_what_is_not_seen_is_written_out(text, shown):
    assert terminal_text(text) == shown


@given(st.text())
def test_nothing_of_a_text_breaks_the_line_or_is_obeyed(text):
    shown = terminal_text(text)
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
