"""Queries as people write them: what answers here answers as Kusto would, and what does not says so."""
import re

import pytest

from local_azure.application_insights.errors import QueryError
from local_azure.application_insights.kusto import (
    aggregate_functions, axis_functions, bag_functions, scalar_functions, series_functions, timespans, window_functions,
)
from local_azure.application_insights.kusto.rewriting import rewritten
from local_azure.application_insights.kusto.scope import Query
from local_azure.application_insights.kusto.text import copied
from local_azure.application_insights.routes import answer_v1
from tests.local_azure.application_insights.kusto import table
from tests.local_azure.application_insights.kusto.corpus import entries, open_store
from tests.queries.kusto_parser import client

ALL = entries()
ANSWERED, REFUSED = [entry for entry in ALL if not entry.refusal], [entry for entry in ALL if entry.refusal]
BY_DATA = ("evaluate bag_unpack", "evaluate pivot")
"""Their columns depend on the data, which Microsoft's parser does not have."""
NO_ENGINE = None
WHOLE_NUMBERS = {"int": "whole number", "long": "whole number"}


def each_of(cases):
    return pytest.mark.parametrize("entry", cases, ids=lambda entry: ", ".join(entry.shows).replace("`", ""))


@pytest.fixture(scope="module")
def store():
    opened = open_store()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def verdicts():
    """Microsoft's parser on every query at once: most of the time goes into starting it."""
    texts = [text for entry in ALL for text in (entry.query, entry.instead) if text]
    found = client.find().check(client.Query(str(index), text) for index, text in enumerate(texts))
    return dict(zip(texts, found))


@each_of(ANSWERED)
def test_a_query_has_kustos_answer(store, entry):
    answer = store.query(entry.query)
    if entry.columns is not None:
        assert {column.name: column.type for column in answer.columns} == entry.columns
        assert [column.name for column in answer.columns] == list(entry.columns)
    assert answer_v1(answer)["Tables"][0]["Rows"] == list(entry.rows)


@each_of(REFUSED)
def test_what_does_not_run_is_named_with_its_place_and_another_way_that_does(store, entry):
    with pytest.raises(QueryError) as raised:
        store.query(entry.query)
    assert (raised.value.message, (raised.value.line, raised.value.column)) == (entry.refusal, entry.place)
    store.query(entry.instead)


@each_of(ALL)
def test_a_query_is_kusto_and_its_columns_are_those_of_microsofts_parser(verdicts, entry):
    texts = list(filter(None, (entry.query, entry.instead)))
    assert [fault for text in texts for fault in verdicts[text].faults if "Error" in fault] == []
    if entry.columns and not any(plugin in entry.query for plugin in BY_DATA):
        def kinds(columns):
            return [(name, WHOLE_NUMBERS.get(kind, kind)) for name, kind in columns.items()]
        assert kinds(entry.columns) == kinds(verdicts[entry.query].columns)


@each_of(ALL)
def test_what_is_shown_is_in_the_query(entry):
    words = [word for shown in entry.shows for code in re.findall("`(.+?)`", shown) for word in code.split()]
    assert [word for word in words if word not in entry.query] == []


def test_every_function_that_is_made_known_is_shown():
    modules = (axis_functions, bag_functions, scalar_functions, series_functions, window_functions)
    names = {name for module in modules for table_name in ("TEMPLATES", "FORMS")
             for name in getattr(module, table_name, ())}
    names |= {*aggregate_functions.AGGREGATES, *timespans.AGGREGATES}
    text = "\n".join(entry.query for entry in ANSWERED)
    assert sorted(name for name in names if not name.startswith("_") and not re.search(rf"\b{name}\(", text)) == []


def test_the_table_of_the_documents_is_that_of_the_corpus():
    page = table.PAGE.read_text("utf-8")
    assert page == table.with_table(page), "python -m tests.local_azure.application_insights.kusto.table renews it"


@pytest.mark.parametrize("file", sorted(table.PAGE.parents[1].glob("queries/*.kql")), ids=lambda file: file.stem)
def test_the_projects_own_queries_are_translated_as_they_are(file):
    """To look for what has to be rewritten takes longer than the translation does."""
    text = file.read_text("utf-8")
    assert rewritten(text, NO_ENGINE) == Query(copied(text, 0, len(text)))
