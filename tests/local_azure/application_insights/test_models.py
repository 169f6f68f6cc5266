import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from local_azure.application_insights.answers import Column
from local_azure.application_insights.errors import QueryError
from local_azure.application_insights.interrupting import QueryStoppedError
from local_azure.application_insights.models import ItemError, TelemetryStore


def test_accepted_items_can_be_queried(store, trace, now):
    answer = store.accept([trace("one", {"run_id": "r1"}), trace("two", {"run_id": "r2"})], now)
    assert (answer.items_received, answer.items_accepted, answer.errors) == (2, 2, ())
    table = store.query("traces | project run = tostring(customDimensions.run_id), message | sort by run asc")
    assert table.columns == (Column("run", "string"), Column("message", "string"))
    assert table.rows == (("r1", "one"), ("r2", "two"))


def test_a_bad_item_stops_no_other(store, trace, now):
    answer = store.accept([trace("one"), trace(iKey="other"), None, trace("two")], now)
    assert answer.items_accepted == 2
    assert answer.errors == (
        ItemError(1, 400, "Invalid instrumentation key"), ItemError(2, 400, "A telemetry item must be a JSON object"),
    )
    assert store.counts()["traces"] == 2


def test_an_item_nested_too_deeply_is_refused_alone(store, trace, now):
    deep = nested = []
    for _ in range(100_000):
        nested.append([])
        nested = nested[0]
    answer = store.accept([trace(), trace(properties={"deep": deep})], now)
    assert [error.index for error in answer.errors] == [1]


def test_one_batch_fills_every_table(store, envelope, trace, now):
    store.accept([
        trace(),
        envelope("RequestData", {"id": "1", "duration": "00:00:01", "responseCode": "200"}),
        envelope("RemoteDependencyData", {"name": "n", "duration": "00:00:01"}),
        envelope("EventData", {"name": "n"}),
        envelope("MetricData", {"metrics": [{"name": "m", "value": 1}]}),
        envelope("ExceptionData", {"exceptions": [{"typeName": "E", "message": "m"}]}),
    ], now)
    assert store.counts() == {
        "traces": 1, "requests": 1, "dependencies": 1, "customEvents": 1, "customMetrics": 1, "exceptions": 1,
    }


def test_clear_empties_every_table(store, trace, now):
    store.accept([trace()], now)
    store.clear()
    assert set(store.counts().values()) == {0}


def test_a_string_that_was_not_sent_is_empty_and_not_null(store, trace, now):
    store.accept([trace(tags={"ai.cloud.role": "web"}), trace()], now)
    answer = store.query("traces | where cloud_RoleName != 'web' | project cloud_RoleName, appName")
    assert answer.rows == (("", ""),)


@pytest.fixture
def in_new_york(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("count", [1, 2])
def test_times_are_utc_wherever_the_machine_is(in_new_york, key, trace, now, count):
    store = TelemetryStore(instrumentation_key=key)
    store.accept([trace()] * count, now)
    answer = store.query("traces | where timestamp == datetime(2022-10-06 12:00) | project timestamp")
    store.close()
    assert answer.rows == ((now,),) * count


def test_a_query_takes_parameters(store):
    query = "declare query_parameters(wanted: long); print answer = wanted + 1"
    assert store.query(query, {"wanted": 41}).rows == ((42,),)


def test_a_declared_parameter_needs_a_value(store):
    with pytest.raises(QueryError, match="wanted"):
        store.query("declare query_parameters(wanted: long); print wanted")


@pytest.mark.parametrize("text, named, line, column", [
    ("traces\n| wherex a", "Syntax error", 2, 1),
    ("traces\n| where nope == 1", "'nope'", 2, 9),
    ("nowhere | take 1", "'nowhere'", 1, 1),
    ("traces | evaluate autocluster()", "evaluate autocluster", 1, 10),
    ("print no_such_function(1)", "no_such_function()", 1, 7),
    ("", "Syntax error", 1, 1),
])
def test_a_query_that_cannot_be_answered_says_what_and_where(store, text, named, line, column):
    with pytest.raises(QueryError) as raised:
        store.query(text)
    assert named in raised.value.message
    assert (raised.value.line, raised.value.column) == (line, column)


@pytest.mark.parametrize("text", [
    ".set copy <| traces", ".set-or-replace traces <| traces", ".drop table traces", ".create table x (a: int)",
    ".clear table traces data",
])
def test_a_query_never_writes(store, trace, now, text):
    store.accept([trace()], now)
    with pytest.raises(QueryError):
        store.query(text)
    assert store.counts()["traces"] == 1


def test_a_query_cannot_read_the_machines_files(store, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    with pytest.raises(QueryError):
        store.query(f"['{secret}'] | take 1")


def test_a_query_nested_too_deeply_is_refused(store):
    with pytest.raises(QueryError):
        store.query("print " + "(" * 5_000 + "1" + ")" * 5_000)


def test_a_file_is_kept_for_the_next_time(tmp_path, key, trace, now):
    path = tmp_path / "telemetry.duckdb"
    for expected in (1, 2):
        store = TelemetryStore(path, instrumentation_key=key)
        store.accept([trace()], now)
        assert store.counts()["traces"] == expected
        store.close()
    reader = TelemetryStore(path, instrumentation_key=key, read_only=True)
    assert reader.query("traces | count").rows == ((2,),)
    reader.close()


def test_threads_may_ingest_and_query_at_once(store, trace, now):
    def work(number: int) -> None:
        if number % 3 == 0:
            store.query("traces | summarize count() by tostring(customDimensions.k)")
        else:
            store.accept([trace(properties={"k": str(number)})] * 20, now)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(60)))
    assert store.counts()["traces"] == 40 * 20


def test_a_batch_of_thousands_is_stored_whole(store, trace, now):
    batch = [trace("x" * 1_000, {f"k{index}": "v" for index in range(40)})] * 2_000
    assert store.accept(batch, now).items_accepted == store.counts()["traces"] == 2_000


def test_threads_that_ask_at_the_same_moment_and_a_close_in_between_do_not_meet(store):
    def ask(_):
        with contextlib.suppress(duckdb.ConnectionException, QueryStoppedError):  # the store was closed before
            return store.query("print 1").rows

    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(ask, range(200))
        next(answers)
        store.close()
        assert set(answers) <= {((1,),), None}
