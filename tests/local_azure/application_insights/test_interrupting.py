"""Queries that would run for hours end with their time, with their client, and with the store."""
import asyncio
import contextlib
import contextvars
import json
import threading

import duckdb
import pytest
from starlette.applications import Starlette

from local_azure.application_insights.errors import QueryError
from local_azure.application_insights.interrupting import CURRENT, Interruption, QueryStoppedError, QueryTimeoutError
from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.routes import routes
from tests.local_azure.endless import ENDLESS


@pytest.fixture
def impatient(key):
    opened = TelemetryStore(instrumentation_key=key, query_seconds=0.05, memory_mb=64)
    yield opened
    opened.close()


@pytest.mark.parametrize("query", [
    ENDLESS,
    f"let x = toscalar({ENDLESS}); print x",
    f"{ENDLESS} | evaluate bag_unpack(Count)",  # runs while it is rewritten
])
def test_a_query_ends_when_its_time_is_over(impatient, query):
    with pytest.raises(QueryTimeoutError, match="longer than 0.05 s"):
        impatient.query(query)
    assert impatient.query("print 1", seconds=60).rows == ((1,),)


def test_a_query_may_say_what_time_it_takes(store):
    with pytest.raises(QueryTimeoutError, match="longer than 0.01 s"):
        store.query(ENDLESS, seconds=0.01)


def test_each_query_of_a_request_has_a_time(impatient):
    def ask():
        CURRENT.set(Interruption())
        assert impatient.query("print 1", seconds=60).rows == ((1,),)
        with pytest.raises(QueryTimeoutError):
            impatient.query(ENDLESS)

    contextvars.copy_context().run(ask)


def test_a_store_that_closes_ends_the_queries_that_run(key):
    opened, ended = TelemetryStore(instrumentation_key=key), []

    def ask():
        with contextlib.suppress(QueryStoppedError, duckdb.ConnectionException):  # it may close before they begin
            ended.append(opened.query(ENDLESS))

    threads = [threading.Thread(target=ask) for _ in range(6)]  # some of them wait for their turn
    for thread in threads:
        thread.start()
    opened.close()
    for thread in threads:
        thread.join()
    assert ended == []


def test_a_query_that_waits_for_its_turn_ends_too(key):
    opened = TelemetryStore(instrumentation_key=key)

    def run():
        with contextlib.suppress(QueryStoppedError):
            opened.query(ENDLESS)

    def ask():
        CURRENT.set(interruption := Interruption())
        client = threading.Timer(1, interruption.stop, [QueryStoppedError("gone")])
        client.start()
        opened.query("print 1")
        client.cancel()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    with pytest.raises(QueryStoppedError, match="gone"):
        for _ in range(1000):  # until all others have begun
            contextvars.copy_context().run(ask)
    opened.close()
    for thread in threads:
        thread.join()


def test_a_query_cannot_take_all_memory(impatient):
    with pytest.raises(QueryError, match="needs more memory than the store has"):
        impatient.query("range x from 1 to 50000000 step 1 | summarize make_list(x)", seconds=60)
    assert impatient.query("print 1", seconds=60).rows == ((1,),)


@pytest.mark.parametrize("query", [
    "print repeat('a', 2000000)", "print range(1, 3000000000)", "print range(datetime(1970-01-01), now(), 1s)",
    "range x from 1 to 2 step 1 | make-series count() on x from 1 to 3000000000 step 1",
    "print a = 1 | make-series kind=nonempty count() on a from 1 to 3000000000 step 1",
])
def test_an_array_has_as_many_elements_as_in_kusto(store, query):
    with pytest.raises(QueryError, match="An array of more than 1,048,576 elements"):
        store.query(query)


def test_an_answer_is_no_larger_than_azures(store):
    with pytest.raises(QueryError, match="more than 500,000 rows or 100 MB"):
        store.query("range x from 1 to 500001 step 1")
    with pytest.raises(QueryError, match="more than 500,000 rows or 100 MB"):
        store.query("range x from 1 to 200000 step 1 | project strrep('0123456789', 1024)")


@pytest.fixture
def ask(store):
    """Posts a query, and does what is told once the body was read; the status and the body of the answer."""
    app = Starlette(routes=routes(store, "key"))

    async def post(path, headers, body, then):
        sent, task = [], asyncio.current_task()

        async def receive():
            if not hasattr(receive, "was_read"):
                receive.was_read = True
                return {"type": "http.request", "body": json.dumps(body).encode()}
            return await then(task)

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"",
                 "headers": [(b"authorization", b"Bearer key"), *headers]}
        await app(scope, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"])
    return lambda path, body, then, headers=(): asyncio.run(post(path, headers, body, then))


async def stay(task):
    await asyncio.Event().wait()


async def go(task):
    return {"type": "http.disconnect"}


async def stop(task):
    task.cancel()
    await asyncio.Event().wait()


def test_a_query_ends_with_its_client(ask):
    status, answer = ask("/v1/rest/query", {"csl": ENDLESS}, go)
    assert (status, answer["error"]["@message"]) == (504, "The client has gone before the query had ended")


def test_a_query_ends_with_the_server(ask):
    with pytest.raises(asyncio.CancelledError):
        ask("/v1/rest/query", {"csl": ENDLESS}, stop)


@pytest.mark.parametrize("path, body, headers", [
    ("/v1/rest/query", {"csl": ENDLESS, "properties": {"Options": {"servertimeout": "0:00:00.05"}}}, ()),
    ("/v2/rest/query", {"csl": ENDLESS, "properties": '{"Options": {"servertimeout": "0.00:00:00.0500000"}}'}, ()),
])
def test_a_request_says_how_long_a_query_may_take(ask, path, body, headers):
    status, answer = ask(path, body, stay, headers)
    assert status == 504
    assert answer["error"]["@message"] == "The query took longer than 0.05 s: let it read less, or raise the limit"


def test_a_request_to_azures_api_says_so_in_a_header(ask):
    status, answer = ask("/v1/apps/any/query", {"query": ENDLESS}, stay, [(b"prefer", b"wait=1, ai.response-thinning")])
    assert (status, answer["error"]["code"]) == (504, "GatewayTimeout")


@pytest.mark.parametrize("path, body, headers", [
    ("/v1/rest/query", {"csl": "print 1", "properties": {"Options": {"servertimeout": "9999999.00:00:00"}}}, ()),
    ("/v1/rest/query", {"csl": "print 1", "properties": {"Options": {"servertimeout": "0:00:00"}}}, ()),
    ("/v1/rest/query", {"csl": "print 1", "properties": {"Options": {"servertimeout": None}}}, ()),
    ("/v1/apps/any/query", {"query": "print 1"}, [(b"prefer", b"wait=" + b"9" * 400)]),
    ("/v1/apps/any/query", {"query": "print 1"}, [(b"prefer", b"wait=0")]),
])
@pytest.mark.filterwarnings("error")  # of a thread that failed
def test_a_time_of_centuries_or_none_at_all_does_no_harm(ask, path, body, headers):
    assert ask(path, body, stay, headers)[0] == 200


@pytest.mark.parametrize("timeout", ["soon", 5, "00:00"])
def test_a_time_that_is_none_is_refused(ask, timeout):
    body = {"csl": "print 1", "properties": {"Options": {"servertimeout": timeout}}}
    status, answer = ask("/v1/rest/query", body, stay)
    assert status == 400 and "no timespan" in answer["error"]["@message"]
