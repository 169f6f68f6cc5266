"""The workbook is what the portal opens: whole, with the queries of queries/, and names in it that lead somewhere."""
import json
import re
from datetime import timedelta

import pytest

from environment_setup.refresh_workbook import (
    MARK, QUERIES, WORKBOOK, query_holders, refreshed, texts_by_title, title_of, written)
from tests.queries.kusto_parser.client import Query

TEXT, PARAMETERS, QUERY, METRICS, GROUP = 1, 9, 3, 10, 12  # types of items
LIMIT_CHARACTERS = 1_048_576  # of JSON that Bicep loads: "File functions for Bicep"
SHOWN = {  # what the workbook is for
    "Summary", "Newly failing experiments", "Stuck pipeline runs", "Late runs", "Slower steps", "Expectations",
    "Status over time", "Duration trend", "Success rate by experiment", "Top failing steps", "Failures by error",
    "Slowest steps", "Queue time by compute target", "Compute hours", "Reused steps", "Latest runs", "Steps of a run",
    "Freshness of the telemetry", "Invalid events", "Filter values", "Monitor thresholds breached",
    "Metrics that dropped", "Metric trend", "Cost by experiment", "Scoring health", "Scoring requests",
    "Health of the monitor",
    "Predictions by day",
    "Scheduled runs",
    "Broken notebooks",
    "Notebook results",
    "Slowest cells",
}

ODD = r"""CONTOSO\Miles "Chief" O'Brien"""  # of a submitter
TEXT_OF_FILE = WORKBOOK.read_text(encoding="utf-8")
BOOK = json.loads(TEXT_OF_FILE)
FILES = texts_by_title(QUERIES)


def items_of(items):
    """Every item, from top to bottom, those in groups too."""
    for item in items:
        yield item
        yield from items_of(item["content"].get("items", []))


ITEMS = list(items_of(BOOK["items"]))
QUERY_ITEMS = [item for item in ITEMS if item["type"] == QUERY]
HOLDERS = {holder.get("title", holder.get("name", "tiles")): holder for holder in query_holders(BOOK["items"])}


def used_in(text):
    """Names of the parameters in a text: {Run}, {TimeRange:startISO}."""
    return set(re.findall(r"\{([A-Z]\w*)(?::\w+)?\}", text))


@pytest.fixture(scope="module")
def asked(friday_evening):
    """Fills parameters in as the portal does; without a value they are empty, the time is the last two weeks."""
    def fill(text, **values):
        values |= {f"{name}:escapejson": json.dumps(value)[1:-1] for name, value in values.items()}
        times = {
            "TimeRange:startISO": (friday_evening - timedelta(days=14)).isoformat(),
            "TimeRange:endISO": friday_evening.isoformat(), "BinSize": "1d"}
        filled = re.sub(r"\{([A-Z]\w*(?::\w+)?)\}", lambda found: {**times, **values}.get(found[1], ""), text)
        return filled.replace("let at = now();", f"let at = datetime({friday_evening.isoformat()});")
    return fill


@pytest.fixture(scope="module")
def tables(insights, asked):
    """What each query answers over the sample workspace, by its title in the workbook."""
    return {name: insights.query(asked(holder["query"])) for name, holder in HOLDERS.items()}


@pytest.fixture(scope="module")
def verdicts(parser, asked):
    """What Microsoft's parser says of each query."""
    queries = [Query(name, asked(holder["query"], Submitter=ODD)) for name, holder in HOLDERS.items()]
    return {query.name: verdict for query, verdict in zip(queries, parser.check(queries))}


def rows_of(table):
    return [dict(zip((column.name for column in table.columns), row)) for row in table.rows]


def test_it_is_a_workbook_that_bicep_can_load():
    assert BOOK["version"] == "Notebook/1.0"
    assert {item["type"] for item in ITEMS} == {TEXT, PARAMETERS, QUERY, METRICS, GROUP}
    assert BOOK["fallbackResourceIds"] == []
    assert len(TEXT_OF_FILE) <= LIMIT_CHARACTERS


def test_no_two_items_or_parameters_have_the_same_name():
    parameters = [parameter for item in ITEMS for parameter in item["content"].get("parameters", [])]
    for names in ([item["name"] for item in ITEMS], [parameter["name"] for parameter in parameters],
                  [parameter["id"] for parameter in parameters]):
        assert len(set(names)) == len(names)
    assert len(HOLDERS) == len(list(query_holders(BOOK["items"])))


def test_queries_are_the_files_texts():
    """After a change: python -m environment_setup.refresh_workbook."""
    assert TEXT_OF_FILE == written(refreshed(BOOK, FILES))


def test_everything_that_it_is_for_is_shown():
    assert {title_of(holder["query"]) for holder in HOLDERS.values()} == SHOWN


def test_a_parameter_is_used_below_the_place_where_it_gets_its_value():
    known = set()
    for item in ITEMS:
        content = item["content"]
        for part in content.get("parameters", [content]):
            if item["type"] != GROUP:
                assert used_in(json.dumps(part)) <= known
            known |= {part["name"]} if item["type"] == PARAMETERS else set()
        known |= {export["parameterName"] for export in content.get("exportedParameters", [])}
    assert known == {"TimeRange", "Workspace", "Experiment", "Status", "Submitter", "BinSize", "Level", "Run"}


def test_every_filter_is_in_every_query_that_knows_it():
    for holder in HOLDERS.values():
        lets = dict(re.findall(r"^let (\w+) = (.*);$", holder["query"], re.MULTILINE))
        for value in (*(f'"{{{name}:escapejson}}"' for name in ("Workspace", "Experiment", "Status", "Submitter")),
                      '@"{Level}"', '@"{Run}"'):
            assert lets.get(re.findall(r"\w+", value)[0].lower(), value) == value
        assert "TimeRange" in used_in(lets.get("since", "{TimeRange:startISO}"))


@pytest.mark.parametrize("name", HOLDERS)
def test_a_query_has_rows_to_show_of_the_sample_workspace(tables, name):
    assert tables[name].rows


@pytest.mark.parametrize("name", HOLDERS)
def test_a_query_can_be_filtered(insights, asked, name):
    filters = {"Workspace": "sample-ws", "Experiment": "flight-delay", "Status": "Failed", "Submitter": ODD}
    assert insights.query(asked(HOLDERS[name]["query"], **filters)).columns


def test_a_name_with_quotes_and_a_backslash_is_asked_for_as_it_is(insights, asked):
    [let] = {let for holder in HOLDERS.values() for let in re.findall(r"^let submitter = .*;$", holder["query"], re.M)}
    assert insights.query(asked(f"{let}\nprint submitter", Submitter=ODD)).rows == ((ODD,),)


@pytest.mark.parametrize("name", HOLDERS)
def test_microsofts_parser_has_nothing_against_a_query_and_finds_the_same_columns(verdicts, tables, name):
    assert verdicts[name].faults == ()
    assert list(verdicts[name].columns) == [column.name for column in tables[name].columns]


@pytest.mark.parametrize("item", QUERY_ITEMS, ids=lambda item: item["name"])
def test_settings_of_an_item_name_columns_of_its_query(tables, item):
    content = item["content"]
    grid, chart = content.get("gridSettings", {}), content.get("chartSettings", {})
    tiles = [part for part in content.get("tileSettings", {}).values() if isinstance(part, dict)]
    named = {formatter["columnMatch"] for formatter in [*grid.get("formatters", []), *tiles]}
    named |= {label["columnId"] for label in grid.get("labelSettings", [])}
    named |= {export["fieldName"] for export in content.get("exportedParameters", [])}
    named |= {chart["xAxis"], *chart["yAxis"], chart["group"]} if chart else set()
    for formatter in grid.get("formatters", []):
        bar = formatter.get("formatOptions", {}).get("compositeBarSettings", {})
        named |= {part["columnName"] for part in bar.get("columnSettings", [])}
        named |= set(re.findall(r'\["(\w+)"\]', bar.get("labelText", "")))
    assert named
    assert named <= {column.name for column in tables[content.get("title", "tiles")].columns}


def test_the_tiles_show_each_number_with_the_one_before(tables):
    tiles = {row["tile"]: (row["value"], row["before"]) for row in rows_of(tables["tiles"])}
    runs, before = tiles["Runs"]
    assert int(runs) > 20 and before == "before: 0"
    assert re.fullmatch(r"\d+\.\d %", tiles["Success rate"][0])
    assert re.fullmatch(r"\d+\.\d min", tiles["Duration, median"][0])
    assert tiles["Duration, median"][1] == "before: –"


def test_the_bars_of_a_runs_steps_are_all_as_long_as_the_run(tables):
    parts = ("start_offset_seconds", "queued", "completed", "reused", "failed", "after")
    rows = rows_of(tables["Steps of the run"])
    assert len(rows) > 1
    for row in rows:
        assert min(row[part] for part in parts) >= 0
        assert sum(row[part] for part in parts) == pytest.approx(row["bar"])


class TestRefreshing:

    FILES = {
        "Runs": "// Title: Runs\nlet since = datetime(1970-01-01); // from\nlet run = '';\nlet factor = 2;\ntraces\n"}

    @staticmethod
    def book(query):
        return {"items": [{"type": 12, "content": {"items": [{"type": 3, "content": {"query": query}}]}}]}

    def refreshed(self, query):
        return refreshed(self.book(query), self.FILES)["items"][0]["content"]["items"][0]["content"]["query"]

    def test_an_item_gets_the_files_text_with_the_workbooks_parameters(self):
        assert self.refreshed("// Title: Runs\ntraces | take 1") == (
            "// Title: Runs\nlet since = datetime({TimeRange:startISO}); // from\nlet run = @\"{Run}\";\n"
            "let factor = 2;\ntraces\n")

    def test_the_explanations_of_a_file_stay_in_it(self):
        files = {"Runs": "// Title: Runs\n// Question: Which?\n// Parameters: no\n//\n// All.\ntraces // all\n// no\n"}
        [holder] = query_holders(refreshed(self.book("// Title: Runs"), files)["items"])
        assert holder["query"] == "// Title: Runs\ntraces // all\n// no\n"

    def test_what_the_workbook_makes_of_the_rows_stays(self):
        pasted = f"// Title: Runs\r\nlet old = 1;\r\n{MARK} a choice\r\n| take 1\r\n"
        assert self.refreshed(pasted).endswith(f";\ntraces\n{MARK} a choice\n| take 1\n")
        assert "old" not in self.refreshed(pasted)

    def test_choices_of_a_parameter_are_refreshed_too(self):
        book = {"items": [{"type": 9, "content": {"queryType": 0, "parameters": [
            {"name": "TimeRange"}, {"name": "Run", "query": "// Title: Runs"}]}}]}
        assert refreshed(book, self.FILES)["items"][0]["content"]["parameters"][1]["query"].endswith("traces\n")

    def test_a_title_that_no_file_has_is_an_error(self):
        with pytest.raises(KeyError, match="Nowhere"):
            self.refreshed("// Title: Nowhere")

    def test_a_query_of_its_own_is_an_error(self):
        with pytest.raises(ValueError, match="does not begin with the title of a file: 'traces | count'"):
            self.refreshed("traces | count")

    def test_the_workbook_given_is_left_as_it_was(self):
        book = self.book("// Title: Runs")
        refreshed(book, self.FILES)
        assert book == self.book("// Title: Runs")
