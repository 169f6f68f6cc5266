"""Rows into tables: what waits is stored together."""
import threading
from contextlib import closing, contextmanager
from functools import partial

import duckdb
import pytest

from local_azure.application_insights.envelopes import Row
from local_azure.application_insights.schema import create_statement
from local_azure.application_insights.writing import Writer


@pytest.fixture
def database():
    with closing(duckdb.connect()) as database:
        yield database


@pytest.fixture
def transactions():
    return []


@pytest.fixture
def written():
    return threading.Event()


@pytest.fixture
def make(database, transactions, written):
    for table in ("requests", "customEvents"):
        database.execute(create_statement(table))

    @contextmanager
    def open_cursor():
        with database.cursor() as cursor:
            transactions.append(cursor)
            yield cursor
        written.set()
    return partial(Writer, open_cursor)


@pytest.fixture
def writer(make):
    return make(seconds=60)


def row(table, name):
    return Row(table, {"name": name})


def names(database, table):
    return {name for (name,) in database.execute(f'SELECT name FROM "{table}"').fetchall()}


def test_what_waits_is_stored_in_one_transaction(database, writer, transactions):
    writer.put([row("requests", "one"), row("customEvents", "two")])
    writer.put([row("requests", "three")])
    writer.flush()
    assert names(database, "requests") == {"one", "three"} and names(database, "customEvents") == {"two"}
    assert len(transactions) == 1
    writer.flush()
    assert len(transactions) == 1


def test_rows_are_stored_without_anybody_who_asks_for_them(database, make, written):
    make().put([row("requests", "one")])
    assert written.wait(60)
    assert names(database, "requests") == {"one"}


def test_many_rows_do_not_wait(database, writer):
    writer.put([row("requests", str(number)) for number in range(501)])
    assert len(names(database, "requests")) == 501


def test_rows_that_cannot_be_stored_are_told_and_keep_no_others_out(database, writer, caplog):
    writer.put([row("requests", "one")])
    writer.put([row("customMetrics", "there is no such table")])
    writer.put([row("requests", "two")])
    writer.flush()
    assert names(database, "requests") == {"one", "two"}
    assert "1 rows of telemetry could not be stored: Catalog Error" in caplog.text
    assert caplog.text.count("could not be stored") == 1


def test_nothing_waits_any_more_once_all_is_cleared(database, writer):
    for table in ("traces", "dependencies", "customMetrics", "exceptions"):
        database.execute(create_statement(table))
    writer.put([row("requests", "one")])
    writer.clear()
    writer.flush()
    assert names(database, "requests") == set()
