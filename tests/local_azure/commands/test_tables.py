"""Answers as a table, as JSON and as CSV."""
import csv
import io
import json

import pytest

from local_azure.commands.tables import FORMATS, format_csv, format_json, format_table


def make_answer(rows, *names):
    return {"Columns": [{"ColumnName": name} for name in names], "Rows": rows}


STEPS = make_answer([["Prepare", 12.5, None], ["Train 火", 3160, {"ok": [True, "é"]}]], "step", "seconds", "tags")
EMPTY = make_answer([], "step", "seconds")


def test_a_table_has_names_a_rule_and_a_line_a_row():
    assert [line.split() for line in format_table(STEPS).splitlines()] == [
        ["step", "seconds", "tags"], ["--------", "-------", "-------------------"], ["Prepare", "12.5"],
        ["Train", "火", "3160", '{"ok":', "[true,", '"é"]}']]


def test_columns_are_aligned_by_what_a_terminal_shows():
    lines = format_table(make_answer([["火", "a"], ["xyz", "b"]], "n", "m")).splitlines()
    assert lines == ["n    m", "---  -", "火   a", "xyz  b"]


def test_a_cell_of_many_lines_stays_on_the_line_of_its_row():
    lines = format_table(make_answer([["Traceback:\r\n  File\tx\nKeyError", "b"], ["c", "d"]], "error", "next"))
    assert lines.splitlines()[2:] == ["Traceback:   File x KeyError  b", "c                             d"]


def test_a_table_counts_the_rows_beyond_the_limit():
    rows = make_answer([[str(number)] for number in range(5)], "n")
    assert format_table(rows, limit=2).splitlines()[2:] == ["0", "1", "… and 3 more"]
    assert format_table(rows, limit=5).splitlines()[2:] == ["0", "1", "2", "3", "4"]
    assert format_table(rows, limit=0).splitlines() == ["n", "-", "… and 5 more"]


WIDE = make_answer([["a" * 10, "b" * 10, "c" * 10]], "one", "two", "three")  # 10 + 2 + 10 + 2 + 10 columns


def test_columns_that_do_not_fit_the_width_are_left_out_and_named():
    lines = format_table(WIDE, width=33).splitlines()
    assert lines[:3] == ["one         two", "----------  ----------", "aaaaaaaaaa  bbbbbbbbbb"]
    assert lines[3:] == ["not shown for lack of width: three (`query` shows them with --format json or csv)"]
    assert "lack of width: two, three (" in format_table(WIDE, width=21)


def test_columns_that_just_fit_are_all_shown():
    assert format_table(WIDE, width=34) == format_table(WIDE)


def test_the_first_column_is_shown_in_any_width():
    assert format_table(WIDE, width=5).splitlines()[:3] == ["one", "----------", "aaaaaaaaaa"]


def test_width_and_limit_are_told_together():
    rows = make_answer([["a" * 10, "b" * 10]] * 3, "one", "two")
    assert format_table(rows, limit=1, width=12).splitlines()[2:] == [
        "aaaaaaaaaa", "not shown for lack of width: two (`query` shows them with --format json or csv)", "… and 2 more"]


def test_a_table_of_numbers_and_texts_changes_none():
    rows = make_answer([["007", "1e3", 1e21, -0.1, True, "12:30", " x "]], *"abcdefg")
    assert format_table(rows).splitlines()[2].split() == ["007", "1e3", "1e+21", "-0.1", "true", "12:30", "x"]


def test_json_is_an_object_a_row():
    assert json.loads(format_json(STEPS)) == [
        {"step": "Prepare", "seconds": 12.5, "tags": None},
        {"step": "Train 火", "seconds": 3160, "tags": {"ok": [True, "é"]}}]
    assert "火" in format_json(STEPS)


def test_csv_has_a_line_of_names_and_quotes_where_needed():
    assert format_csv(STEPS).splitlines() == [
        "step,seconds,tags", "Prepare,12.5,", 'Train 火,3160,"{""ok"": [true, ""é""]}"']


def test_csv_keeps_the_lines_of_a_cell():
    assert format_csv(make_answer([["a\nb\n"]], "text")) == 'text\n"a\nb\n"'


HIDDEN = "Load\x1b[2J\x9b1m\x7f\u202egpj.exe\u200b"
WRITTEN = r"Load\x1b[2J\x9b1m\x7f\u202egpj.exe\u200b"


def test_a_terminal_obeys_nothing_in_a_table():
    lines = format_table(make_answer([[HIDDEN, "next"]], "step\x1b[2J", "m"), width=1_000).splitlines()
    assert lines[0].startswith(r"step\x1b[2J ") and lines[2] == f"{WRITTEN}  next"
    assert r"lack of width: \x9bname (" in format_table(make_answer([["a", "b"]], "n", "\x9bname"), width=1)


def test_json_is_the_same_with_nothing_for_a_terminal_to_obey():
    answer = make_answer([[HIDDEN, {"\x9b": "\U000e0041 é"}]], "step", "tags")
    assert json.loads(format_json(answer)) == [{"step": HIDDEN, "tags": {"\x9b": "\U000e0041 é"}}]
    assert all(line.isprintable() for line in format_json(answer).splitlines()) and "é" in format_json(answer)


def test_a_terminal_obeys_nothing_in_csv():
    assert format_csv(make_answer([[HIDDEN], ["a\r\nb\tc\rd"]], "n\x9b")) == f'n\\x9b\n{WRITTEN}\n"a\nb\tc\\rd"'


def make_typed_answer(rows, **types):
    return {"Columns": [{"ColumnName": name, "ColumnType": kind} for name, kind in types.items()], "Rows": rows}


@pytest.mark.parametrize("formula", [
    '=HYPERLINK("https://evil.example";"click")', "+1", "-1", "@SUM(1)", "\t=1", "\n=1", "  =1", "\u3000=1", "＝1", "＋1",
    "－1", "＠SUM(1)", "=cmd|'/c calc'!A1", "\r\n=1"])
@pytest.mark.parametrize("kind", ["string", "dynamic"])
def test_csv_gives_a_spreadsheet_no_formula(formula, kind):
    [[name], [cell], [number]] = csv.reader(io.StringIO(format_csv(make_typed_answer(
        [[formula], ["a=b"]], **{formula: kind}))))
    assert (name, cell, number) == ("'" + formula.replace("\r\n", "\n"),) * 2 + ("a=b",)


def test_csv_leaves_what_is_no_text_as_it_is():
    answer = make_typed_answer([[-1, -0.5, "-01:00:00", "2022-10-06T00:00:00Z"]], a="long", b="real", c="timespan",
                               d="datetime")
    assert format_csv(answer).splitlines()[1] == "-1,-0.5,-01:00:00,2022-10-06T00:00:00Z"


@pytest.mark.parametrize(("name", "text"), [("table", "no rows"), ("json", "[]"), ("csv", "step,seconds")])
def test_no_rows_are_no_error(name, text):
    assert FORMATS[name](EMPTY) == text
