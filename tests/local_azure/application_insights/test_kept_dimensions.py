"""What is kept of the dimensions of a record is what its JSON says, to every function that reads it."""
import re
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_azure.application_insights import kept_dimensions as kept
from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.schema import DUCKDB_TYPES
from local_azure.application_insights.translation import faster

QUERIES = Path(__file__).parents[3] / "queries"
READ = re.compile(r"(to\w+)\(customDimensions\.(\w+)\)")
NAMES = {"tostring": "target", "tolong": "run_number", "toreal": "queue_time_ms", "todatetime": "event_time"}
TEXTS = [
    "7", "-7", "007", "+7", " 7 ", "\t7", "\n7\n", "0x1F", "7.5", "7.", ".5", "1e3", "-0", "9223372036854775807",
    "9223372036854775808", "123456789012345678901234567890", "0.1234567890123456789", "NaN", "inf", "true", "", " ",
    "٧", "null", "2022-10-06T12:00:00Z", "2022-10-06T12:00:00.1234567Z", "2022-10-06T12:00:00.9999999Z",
    "2022-10-06T14:00:00+02:00", "2022-10-06", "2022-13-06T12:00:00Z", "2022-10-06T24:00:00Z", "10/06/2022",
    "0000-10-06T12:00:00Z", "Thu, 06 Oct 2022 12:00:00 GMT", "x'y\"z", "\u0000", "\ud800",
]


@pytest.mark.parametrize("file", sorted(QUERIES.glob("*.kql")), ids=lambda file: file.stem)
def test_what_the_queries_read_is_kept(file):
    read = set(READ.findall(file.read_text(encoding="utf-8")))
    assert {pair for pair in read if kept.reading(*pair) is None} == set()


def test_nothing_is_kept_that_no_query_reads():
    read = {pair for file in QUERIES.glob("*.kql") for pair in READ.findall(file.read_text(encoding="utf-8"))}
    texts = {*kept.TEXTS, *" ".join(kept.RARE_TEXTS.values()).split()}
    names = {"tostring": texts, "tolong": {*kept.LONGS}, "toreal": {*kept.REALS},
             "todatetime": {*kept.TIMES}}
    assert {(function, name) for function in names for name in names[function]} <= read


def test_nothing_is_kept_twice_for_a_function():
    read = [("tostring", name) for name in kept.TEXTS]
    read += [(of.function, name) for of in kept.LISTS.values() for name in of.names]
    assert len(read) == len(set(read))


def test_every_kind_of_column_can_be_stored():
    assert set(kept.COLUMNS.values()) <= DUCKDB_TYPES.keys()


@pytest.fixture
def answers(key, trace, now):
    """What a query has of the columns, and what it has of the JSON, of runs with these texts in each dimension."""
    def ask(texts: list[str | None], rows: int) -> tuple[tuple, tuple]:
        with closing(TelemetryStore(instrumentation_key=key)) as store:
            items = [trace(str(index), dict.fromkeys(NAMES.values(), text)) for index, text in enumerate(texts)]
            for start in range(0, len(items), rows):
                assert store.accept(items[start:start + rows], now).errors == ()
                store.counts()  # so that each is stored by itself
            columns = ", ".join(f"{function}(customDimensions.{name})" for function, name in NAMES.items())
            of_json = ", ".join(f"{function}(dimensions.{name})" for function, name in NAMES.items())
            return (store.query(f"traces | project id = toint(message), {columns} | sort by id asc").rows,
                    store.query(f"traces | project id = toint(message), dimensions = customDimensions"
                                f" | project id, {of_json} | sort by id asc").rows)
    return ask


@pytest.mark.parametrize("rows", [1, len(TEXTS)])
def test_a_column_has_what_the_json_has(answers, rows):
    of_columns, of_json = answers([*TEXTS, None], rows)
    assert repr(of_columns) == repr(of_json)  # a value that is no number is not even equal to itself


def test_a_text_that_is_no_plain_number_is_left_to_the_engine():
    values = kept.values({"run_number": "7", "queue_time_ms": " 7", "event_time": "2022-13-06T12:00:00Z"})
    assert kept.Unclear("toreal", " 7") in values[kept.column("reals")]
    assert values[kept.column("event_time")] == kept.Unclear("todatetime", "2022-13-06T12:00:00Z")
    assert 7 in values[kept.column("longs")]


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=200))
def test_sql_of_any_other_form_stays_as_it_is(text):
    assert faster(text) == text or "json_extract" in text or "arg_" in text
