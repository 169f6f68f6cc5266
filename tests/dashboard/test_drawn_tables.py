"""Tables as pictures."""
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
import vl_convert

from dashboard.charts import STATUS_COLOURS, configuration
from dashboard.drawn_tables import ROWS_SHOWN, specification


@pytest.fixture
def svg():
    """The picture of rows that are shown as they are, or of a table."""
    def draw(rows, table=None):
        table = table or {"description": "", "columns": {name: name for name in rows[0]}}
        return vl_convert.vegalite_to_svg({**specification(table, rows), "config": configuration()})

    return draw


@pytest.fixture
def shown(svg):
    """Its texts, as they are read: line by line, from left to right."""
    def read(*arguments):
        elements = ElementTree.fromstring(svg(*arguments)).iter("{http://www.w3.org/2000/svg}text")
        places = [(element.get("transform").strip("translate()").split(","), element.text) for element in elements]
        return [text for (x, y), text in sorted(places, key=lambda place: (float(place[0][1]), float(place[0][0])))]

    return read


def test_headings_stand_above_the_values(shown):
    rows = [{"step_name": "Prepare", "target": "cpu"}, {"step_name": "Train", "target": "gpu"}]
    table = {"description": "", "columns": {"target": "on", "step_name": "step"}}
    assert shown(rows, table) == ["on", "step", "cpu", "Prepare", "gpu", "Train"]


def test_rows_that_do_not_fit_are_counted(shown):
    texts = shown([{"step": f"step {number}"} for number in range(ROWS_SHOWN + 3)])
    assert texts == ["step", *(f"step {number}" for number in range(ROWS_SHOWN)), "… and 3 more"]


def test_rows_that_just_fit_need_no_count(shown):
    assert len(shown([{"step": "a"}] * ROWS_SHOWN)) == ROWS_SHOWN + 1


def test_no_rows_leave_the_headings(shown):
    assert shown([], {"description": "", "columns": {"step_name": "step"}}) == ["step"]


@pytest.mark.parametrize(("name", "value", "text"), [
    ("duration_seconds", 42.4, "42 s"),
    ("duration_seconds", 92.2, "2 min"),
    ("execution_time_ms", 4_231_340, "71 min"),
    ("queue_seconds", 77_923.9, "21.6 h"),
    ("end_time", datetime(2024, 3, 1, 5, 46, 3, tzinfo=UTC), "Fri 1 Mar 05:46"),
    ("target", None, "–"),
    ("runs", 12, "12"),
    ("error", "first\n  second", "first second"),
    ("error", "x" * 48, "x" * 48),
    ("error", "x" * 49, "x" * 47 + "…"),
])
def test_value_is_shown_by_the_unit_of_its_column(shown, name, value, text):
    assert shown([{name: value}]) == [name, text]


def test_status_has_its_colour_beside_it(svg):
    assert STATUS_COLOURS["Failed"] in svg([{"run_status": "Failed"}])
    assert STATUS_COLOURS["Failed"] not in svg([{"run_status": "Completed"}])


def test_transposed_table_has_a_line_for_each_column(shown):
    table = {"description": "", "transposed": True, "columns": {"run_name": "step", "target": "on", "runs": "runs"}}
    rows = [{"run_name": "Train", "target": "gpu", "runs": 2}]
    assert shown(rows, table) == ["step", "Train", "on", "gpu", "runs", "2"]


def test_columns_do_not_run_into_each_other():
    table = {"description": "", "columns": {"first": "", "second": ""}}
    values = specification(table, [{"first": "m" * 40, "second": "x"}])["data"]["values"]
    first, second = (value["left"] for value in values if value["text"])
    assert second - first > 40 * 6
