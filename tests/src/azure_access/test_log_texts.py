"""Text from outside, as logs and terminals show it."""
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_access.log_texts import LIMIT, log_text, one_line


@pytest.mark.parametrize("text, shown", [
    ("id\n2026-11-26 INFO forged", r"id\n2026-11-26 INFO forged"), ("a\r\nb", r"a\r\nb"), ("a\tb", r"a\tb"),
    ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"), ("\x9b2J", r"\x9b2J"), ("a\x7f\0", r"a\x7f\x00"),
    ("a\u2028b\u2029c\x85d", r"a\u2028b\u2029c\x85d"), ("\u202egpj.exe", r"\u202egpj.exe"),
    ("\u2066a\u2069\u200f", r"\u2066a\u2069\u200f"), ("pass\u200bword", r"pass\u200bword"), ("\ufeffa", r"\ufeffa"),
    ("\ud800", r"\ud800"), ("\U000e0041", r"\U000e0041"), (r"already \n", r"already \n")])
def test_what_is_not_seen_is_written_out(text, shown):
    assert one_line(text) == log_text(text) == shown


@pytest.mark.parametrize("text", [
    "", "run-1 of flights", "Durchläufe für Köln", "訓練 実行", "نمی‌دانم", "👩‍🔬 ran", "x = 1; \\"])
def test_what_is_seen_stays(text):
    assert log_text(text) == text


@given(st.text())
def test_nothing_of_a_text_breaks_the_line_or_is_obeyed(text):
    shown = one_line(text)
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}


def test_secrets_are_taken_out_and_long_texts_cut():
    assert "hunter2" not in log_text("run password=hunter2 not found")
    assert log_text("x" * (LIMIT + 1)) == "x" * (LIMIT - 1) + "…"
    assert log_text("\n" * LIMIT, limit=5) == r"\n\n…"
