"""Rows into tables: what waits is stored together."""
import json
import os
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import duckdb
import pytest

from local_azure.application_insights.envelopes import Row
from local_azure.application_insights.schema import create_statement
from local_azure.application_insights.writing import NotStoredError, Writer

ROOT = Path(__file__).parents[3]


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


@pytest.fixture
def full(database, transactions):
    """A disk that is full as long as there is something in the list."""
    for table in ("requests", "customEvents"):
        database.execute(create_statement(table))
    problems = []

    @contextmanager
    def open_cursor():
        if problems:
            raise problems[-1]
        with database.cursor() as cursor:
            yield cursor
    return problems, partial(Writer, open_cursor, seconds=60, again_seconds=60)


@pytest.fixture
def waiting(full):
    """A writer to it for which one row waits."""
    problems, make = full
    writer = make()
    writer.put([row("requests", "one")])
    return problems, writer


@pytest.mark.parametrize("problem", [
    duckdb.IOException("No space left on device"), duckdb.OutOfMemoryException("64 MiB used"), MemoryError()],
    ids=lambda problem: type(problem).__name__)
def test_what_was_accepted_waits_for_memory_and_disk(database, full, caplog, problem):
    problems, make = full
    writer = make()
    writer.put([row("requests", "one")])
    writer.put([row("requests", "two"), row("customEvents", "three")])
    problems.append(problem)
    writer.flush()
    writer.flush()
    assert names(database, "requests") == set()
    with pytest.raises(NotStoredError, match="Telemetry cannot be stored now"):
        writer.put([row("requests", "not accepted")])
    problems.clear()
    writer.put([row("requests", "four")])
    assert names(database, "requests") == {"four"}, "what is accepted in want is stored"
    writer.flush()
    assert names(database, "requests") == {"one", "two", "four"} and names(database, "customEvents") == {"three"}
    said = [record.message for record in caplog.records]
    assert [text.partition(":")[0] for text in said] == [
        "3 rows of telemetry wait until there is memory or disk for them",
        "the telemetry that waited for memory or disk is stored"]
    writer.close()


def test_a_full_disk_is_a_503_and_costs_nothing_that_was_accepted(tmp_path):
    script = Path(__file__).with_name("a_full_disk.py")
    done = subprocess.run([sys.executable, str(script), str(tmp_path)], env={**os.environ, "PYTHONPATH": str(ROOT)},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"accepted": [200, 0], "full": [503, 0], "room": [200, 40]}


def test_what_waited_to_the_end_is_told_as_lost(waiting, caplog):
    problems, writer = waiting
    problems.append(duckdb.IOException("No space left on device"))
    writer.close()
    assert caplog.records[-1].message.startswith("1 rows of telemetry are lost")


def test_what_is_stored_although_the_checkpoint_after_it_failed_is_not_stored_again(waiting, caplog):
    problems, writer = waiting
    problems.append(duckdb.FatalException("FATAL Error: Transaction COMMIT succeeded and is durable, but the auto"
                                          "checkpoint failed"))
    writer.flush()
    problems.clear()
    writer.close()
    assert caplog.records == []


def test_a_store_that_is_closed_is_no_want_that_passes(waiting, caplog):
    problems, writer = waiting
    problems.append(duckdb.ConnectionException("Connection already closed!"))
    writer.flush()
    assert caplog.records[-1].message.startswith("1 rows of telemetry could not be stored")
    writer.close()
    assert len(caplog.records) == 1


def test_in_want_of_disk_what_can_never_be_stored_keeps_no_others_out(database, full, caplog):
    problems, make = full
    writer = make()
    writer.put([row("requests", "one")])
    problems.append(duckdb.IOException("No space left on device"))
    writer.flush()
    problems.clear()
    writer.put([row("customMetrics", "there is no such table")])
    writer.close()
    assert names(database, "requests") == {"one"}
    assert "1 rows of telemetry could not be stored: Catalog Error" in caplog.text


def test_nothing_waits_any_more_once_all_is_cleared(database, writer):
    for table in ("traces", "dependencies", "customMetrics", "exceptions"):
        database.execute(create_statement(table))
    writer.put([row("requests", "one")])
    writer.clear()
    writer.flush()
    assert names(database, "requests") == set()
