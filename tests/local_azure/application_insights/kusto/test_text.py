from hypothesis import given
from hypothesis import strategies as st

from local_azure.application_insights.kusto.text import Text, copied, joined, line_and_column, made, offset_of

SOURCE = "traces | where a == 1"


def test_what_was_copied_comes_from_where_it_stood():
    text = made(0, "let x = ", copied(SOURCE, 15, 21), ";")
    assert str(text) == "let x = a == 1;"
    assert [text.origin(offset) for offset in (0, 7, 8, 10, 13, 14, 99)] == [0, 0, 15, 17, 20, 0, 0]


def test_what_was_made_comes_from_what_it_was_made_for():
    text = joined(9, ", ", [made(15, "x"), copied(SOURCE, 15, 16)])
    assert (str(text), [text.origin(offset) for offset in range(4)]) == ("x, a", [15, 9, 9, 15])


def test_a_text_without_letters_is_none():
    assert not Text() and not made(5, "", Text()) and not copied(SOURCE, 3, 3)


@given(st.text("ab\n"), st.data())
def test_a_place_is_a_line_and_a_column_and_back(source, data):
    offset = data.draw(st.integers(0, len(source)))
    line, column = line_and_column(source, offset)
    assert offset_of(source, line, column - 1) == offset
