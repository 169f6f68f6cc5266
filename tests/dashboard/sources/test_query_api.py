"""Azure's query API as a source: the same answers as those of the store, and what is made of faults."""
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from dashboard.charts import QUERIES
from dashboard.saved_queries import SavedQueries
from dashboard.sources.local_store import LocalStore
from dashboard.sources.query_api import QueryApi
from dashboard.sources.source import SourceError
from local_azure.endpoints import Endpoints
from tests.dashboard.sources.asking import APP_ID, opened
from tests.dashboard.sources.service import QUERY_KEY

SAVED = SavedQueries(QUERIES).list()


@pytest.fixture
def at_once(monkeypatch, service):
    """The source, with a clock that a test moves, and pauses that only move it."""
    time = [0.0]

    def pause(seconds):
        time[0] += seconds

    with opened("--app-id", APP_ID, "--endpoint", service.url) as found:
        settings = found._api, found._tokens._credential, found.about
        with_clock = QueryApi(*settings, clock=lambda: time[0], pause=pause)
        with_clock.pass_by = pause
        yield with_clock
        with_clock.close()


def why(source, query="traces | count"):
    with pytest.raises(SourceError) as raised:
        source.query(query)
    return raised.value


@pytest.fixture
def recorded(service):
    service.insights.run("root", started=datetime.now(UTC), seconds=60, status="Failed", error_message="it's broken")
    service.insights.run("step", parent="root", started=datetime.now(UTC), seconds=50, status="Failed")
    return service.insights


@pytest.mark.parametrize("saved", SAVED, ids=lambda saved: saved.name)
def test_every_query_has_the_answer_of_the_store(source, recorded, saved):
    text = saved.fill({"run": "root", "since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z",
                       "at": "2026-01-01T00:00:00Z"})
    assert source.query(text) == LocalStore(recorded.store).query(text)


def test_dynamic_values_come_as_texts_and_are_handed_on_as_what_they_are(source):
    answer = source.query("print a = dynamic([1, 'x']), b = dynamic({'c': null}), d = dynamic('text')")
    assert answer.rows == [[[1, "x"], {"c": None}, "text"]]


def test_a_mistake_in_a_query_is_told_with_its_place(source):
    error = why(source, "traces\n| where nothing == 1")
    assert (error.line, error.column) == (2, 9)
    assert "'nothing'" in error.message


def test_a_role_that_is_missing_is_named(source, service):
    service.fail(status=403, body='{"error": {"code": "InsufficientAccessError", "message": "no access"}}')
    error = why(source)
    assert "the role Monitoring Reader" in error.message and APP_ID in error.message and "no access" in error.message
    assert error.wait_seconds is None
    assert service.asked() == 1


def test_who_is_refused_twice_is_to_log_in_again(at_once, service):
    service.fail(status=401)
    assert at_once.query("print 1").rows == [[1]]
    service.fail(status=401, times=2)
    assert "az login" in why(at_once).message


def test_an_unknown_id_is_said(source, service):
    service.fail(status=404, body="no JSON")
    assert "check the id" in why(source).message


def test_without_a_token_the_reason_is_said(source, service, monkeypatch):
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    assert "run az login" in why(source).message
    assert service.asked() == 0


def test_who_is_throttled_asks_nothing_until_the_time_is_over(at_once, service):
    service.fail(status=429, headers={"Retry-After": "20"})
    assert why(at_once).wait_seconds == 20
    at_once.pass_by(5)
    assert why(at_once, "print 2").wait_seconds == 15
    assert service.asked() == 1
    at_once.pass_by(15)
    assert at_once.query("print 3").rows == [[3]]


def test_a_429_that_does_not_say_how_long_is_for_a_while(source, service):
    service.fail(status=429)
    assert why(source).wait_seconds == 30


def test_a_query_that_took_too_long_is_not_asked_again(source, service):
    service.fail(status=504)
    assert "longer than 180 s" in why(source).message
    assert service.asked() == 1


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 500}, {"kind": "half"}, {"kind": "reset"},
                                   {"status": 200, "body": "{}"}, {"status": 200, "body": '{"tables": 1}'}],
                         ids=["503", "500", "cut", "reset", "empty", "nonsense"])
def test_what_may_be_better_a_second_later_is_asked_twice(at_once, service, fault):
    service.fail(**fault)
    assert at_once.query("print 1").rows == [[1]]
    service.fail(times=2, **fault)
    error = why(at_once)
    assert "asks again by itself" in error.message and error.wait_seconds == 30
    assert service.asked() == 4


def test_an_answer_that_is_not_whole_says_so(source, service):
    service.fail(status=200, body='{"tables": [{"columns": [{"name": "a", "type": "long"}], "rows": [[1]]}], "error":'
                                  ' {"code": "PartialError", "details": [{"message": "Result truncated."}]}}')
    assert source.query("traces").lacks == "Result truncated."


def test_records_are_counted_once_in_a_refresh_interval(at_once, service):
    assert at_once.count_records() == 0
    service.insights.run("new", started=datetime.now(UTC), seconds=1)
    assert at_once.count_records() == 0
    at_once.pass_by(60)
    assert at_once.count_records() == 1
    service.fail(status=403)
    at_once.pass_by(60)
    for _ in range(2):
        with pytest.raises(SourceError, match="Monitoring Reader"):
            at_once.count_records()
    assert service.asked() == 3
    at_once.pass_by(60)
    assert at_once.count_records() == 1


def test_a_local_azure_that_is_running_is_asked_with_its_key(service, tmp_path):
    names = {field.name: "" for field in fields(Endpoints)}
    Endpoints(**{**names, "application_insights": service.url, "query_key": QUERY_KEY,
                 "certificate_authority": service.environment["REQUESTS_CA_BUNDLE"]}).save(tmp_path)
    with opened("--local", str(tmp_path)) as source:
        assert source.query("print 1").rows == [[1]]
        assert str(tmp_path) in source.about.name


def test_how_long_a_query_may_take_is_said_to_the_service(service):
    service.insights.run("one", started=datetime.now(UTC), seconds=1)
    slow = ("range a from 1 to 100000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 100000 step 1 "
            "| extend k = 1) on k | summarize count()")
    with opened("--app-id", APP_ID, "--endpoint", service.url, "--query-limit", "1") as source:
        assert "longer than 1 s" in why(source, slow).message
