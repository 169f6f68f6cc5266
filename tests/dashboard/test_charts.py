"""The charts of the queries, held against the answers that they draw, and the look that they share."""
import json
import re
from contextlib import closing
from itertools import chain

import pytest
import vl_convert

from dashboard.charts import ACCENT, CATEGORIES, DARK, LIGHT, QUERIES, STATUS_COLOURS, STATUS_SHAPES, configuration
from dashboard.pictures import answer, sample_store
from dashboard.saved_queries import SavedQueries
from local_azure.application_insights.models import TelemetryStore
from PipelineRunMonitor import statuses

SAVED = SavedQueries(QUERIES).list()
CHARTS = {query.name: query.chart for query in SAVED if query.chart}
TABLES = {file.name.removesuffix(".table.json"): json.loads(file.read_text("utf-8"))
          for file in (QUERIES / "charts").glob("*.table.json")}

each_chart = pytest.mark.parametrize("name", CHARTS)
each_table = pytest.mark.parametrize("name", TABLES)
each_theme = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@pytest.fixture(scope="module")
def answers():
    """Rows by query, as the pictures show them."""
    with closing(sample_store()) as store:
        return {query.name: answer(store, query) for query in SAVED}


@pytest.fixture(scope="module")
def columns():
    """By query that has a table, also where there is nothing to show."""
    with closing(TelemetryStore(instrumentation_key="")) as store:
        return {query.name: {column.name for column in store.query(query.fill({})).columns}
                for query in SAVED if query.name in TABLES}


def objects(part):
    """Every object inside a specification, itself included."""
    if isinstance(part, dict):
        yield part
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    yield from chain.from_iterable(map(objects, inner))


def values_of(specification, key):
    return [part[key] for part in objects(specification) if key in part]


def texts(values):
    """Those of the values, or in lists of them, that are texts."""
    flat = chain.from_iterable(value if isinstance(value, list) else [value] for value in values)
    return {value for value in flat if isinstance(value, str)}


def compiled(name, rows):
    """The chart as a Vega specification."""
    plain = json.loads(json.dumps(rows, default=str))
    return vl_convert.vegalite_to_vega(
        {**CHARTS[name], "width": 700, "datasets": {"rows": plain}, "config": configuration()})


def contrast(one, other):
    """By "Contrast (Minimum)" of the Web Content Accessibility Guidelines."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    channels = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_query_has_either_a_chart_or_a_table():
    assert sorted([*CHARTS, *TABLES]) == [query.name for query in SAVED]


def test_every_chart_is_one_of_a_query():
    files = {file.name.split(".")[0] for file in (QUERIES / "charts").iterdir()}
    assert files == {query.name for query in SAVED}


@each_chart
def test_chart_shows_columns_of_its_query_and_what_it_makes_of_them(name, answers):
    chart = CHARTS[name]
    columns = set(answers[name][0])
    made = texts(values_of(chart, "as")) | texts(values_of(chart, "fields")) | {"key", "value"}
    used = texts(values_of(chart, "field")) | texts(values_of(chart, "groupby")) | texts(values_of(chart, "fold"))
    used |= set(re.findall(r"datum\.(\w+)", json.dumps(chart)))
    assert used & columns
    assert used <= columns | made


@each_chart
def test_chart_has_no_data_of_its_own(name):
    assert CHARTS[name]["data"] == {"name": "rows"}


@each_chart
def test_chart_draws_the_answer(name, answers):
    drawn, empty = (vl_convert.vega_to_svg(compiled(name, rows)) for rows in (answers[name], []))
    assert drawn.count("<text") > empty.count("<text")


@pytest.mark.parametrize(("name", "column"), [("duration_trend", "experiment_name"), ("metric_trend", "metric_name")])
def test_legend_beside_a_chart_has_every_name_however_many(name, column, answers):
    names = [f"name-{number}" for number in range(40)]
    drawn = vl_convert.vega_to_svg(compiled(name, [{**answers[name][0], column: each} for each in names]))
    assert [each for each in names if not re.search(rf"{each}\b[^<>]*</text>", drawn)] == []


@each_chart
def test_chart_of_no_rows_is_no_error(name):
    assert vl_convert.vega_to_svg(compiled(name, [])).startswith("<svg")


@each_chart
def test_times_are_utc_wherever_the_reader_is(name, answers):
    specification = json.dumps(compiled(name, answers[name]))
    assert '"type": "time"' not in specification
    assert not re.search(r"\btimeFormat\(", specification)


@each_chart
def test_no_number_is_taken_for_a_time_by_the_interpreter_of_the_page(name):
    """Vega compiles it to `datetime(0)`: 1970 where expressions are run, the year 1900 where they are interpreted."""
    assert not re.search(r"datetime\(-?\d+\)", json.dumps(compiled(name, [])))


@each_chart
def test_colours_are_those_of_the_look(name):
    colours = texts(values_of(CHARTS[name], "color") + values_of(CHARTS[name], "fill"))
    assert not colours
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", json.dumps(CHARTS[name]))


@each_chart
def test_styles_are_those_of_the_look(name):
    assert texts(values_of(CHARTS[name], "style")) <= set(configuration()["style"])


@each_chart
def test_a_status_has_the_same_colour_and_shape_in_every_chart(name):
    scales = [part["scale"] for part in objects(CHARTS[name]) if part.get("field") == "run_status" and "scale" in part]
    assert all(scale["domain"] == list(STATUS_COLOURS) for scale in scales)
    assert {scale["range"] for scale in scales} <= {"status", "statusShape"}


@each_table
def test_table_shows_columns_of_its_query(name, columns):
    assert set(TABLES[name]["columns"]) <= columns[name]


def test_every_ended_status_has_a_colour_and_a_shape_of_its_own():
    assert set(statuses.ENDED) <= set(STATUS_COLOURS)
    assert list(STATUS_SHAPES) == list(STATUS_COLOURS)
    assert len(set(STATUS_COLOURS.values())) == len(set(STATUS_SHAPES.values())) == len(STATUS_COLOURS)


@each_theme
def test_marks_can_be_told_from_the_background(theme):
    assert min(contrast(colour, theme.background) for colour in [*STATUS_COLOURS.values(), *CATEGORIES, ACCENT]) >= 3


@each_theme
def test_texts_can_be_read(theme):
    assert min(contrast(colour, theme.background) for colour in (theme.ink, theme.quiet)) >= 4.5


def test_counts_inside_of_bars_can_be_read():
    white, black = "#ffffff", "#000000"
    assert contrast(white, STATUS_COLOURS["Failed"]) >= 4.5
    assert min(contrast(black, colour) for status, colour in STATUS_COLOURS.items() if status != "Failed") >= 4.5
