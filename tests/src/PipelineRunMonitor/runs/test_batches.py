"""The events of a delivery are read side by side, under one deadline."""
import threading
from dataclasses import replace

import pytest

from azure_access.answers import Fields
from azure_access.deadline import Deadline
from azure_access.errors import RunHistoryError, RunNotFoundError
from PipelineRunMonitor.events.parsing import RunEvent
from PipelineRunMonitor.runs.batches import Batches
from PipelineRunMonitor.runs.connection import Connection, limited

EVENT = RunEvent(id="e", type="t", time=None, workspace=None, run_id="r", run_status="Completed", run_type=None,
                 experiment_id=None, experiment_name=None, tags={}, properties={}, source="event")
THREADS = 16


def events(count):
    return [replace(EVENT, run_id=f"r{number}") for number in range(count)]


def results(batch, read, deadline):
    return [reading.exception() or reading.result() for reading in Batches().read(batch, read, deadline)]


@pytest.fixture
def stopped_deadline():
    """Of a delivery in which no time passes."""
    return Deadline(17.5, clock=lambda: 100.0)


def test_as_many_are_read_at_a_time_as_there_are_threads():
    together = threading.Barrier(THREADS)

    def read(event, *_):
        together.wait(60)
        return event.run_id

    assert results(events(THREADS * 3), read, Deadline(30)) == [f"r{number}" for number in range(THREADS * 3)]


def test_error_of_one_is_told_in_its_place():
    def read(event, *_):
        if event.run_id == "r1":
            raise RunNotFoundError("run r1 not found")
        return event.run_id

    first, second, third = results(events(3), read, Deadline(30))
    assert (first, str(second), third) == ("r0", "run r1 not found", "r2")


def test_what_is_not_read_at_the_deadline_is_given_up_by_name_and_the_others_are_there():
    is_over = threading.Event()

    def read(event, *_):
        return event.run_id if event.run_id != "r0" else is_over.wait(60)

    late, *others = results(events(5), read, Deadline(1))
    is_over.set()
    assert isinstance(late, RunHistoryError) and "no time left to read run r0" in str(late)
    assert others == ["r1", "r2", "r3", "r4"]


def test_what_did_not_begin_before_the_deadline_never_does():
    is_over, begun = threading.Event(), []

    def read(event, *_):
        begun.append(event.run_id)
        is_over.wait(60)

    batches = Batches()
    late = [reading.exception() for reading in batches.read(events(THREADS + 1), read, Deadline(1))]
    is_over.set()
    assert f"r{THREADS}" in str(late[-1])
    assert list(batches.read(events(THREADS), lambda event, *_: begun.append("next"), Deadline(30)))
    assert f"r{THREADS}" not in begun and "next" in begun


@pytest.mark.parametrize("count, first, last", [
    (1, 17.5, 17.5), (16, 17.5, 17.5), (100, 2.5, 17.5), (1_000, 2.0, 17.5)])
def test_what_a_record_can_do_without_has_the_time_of_one_turn(stopped_deadline, count, first, last):
    found = results(events(count), lambda event, deadline, optional: optional.remaining_seconds(), stopped_deadline)
    assert (found[0], found[-1]) == (first, last)
    assert sorted(found) == found


def test_what_the_run_itself_needs_has_the_time_of_all(stopped_deadline):
    found = results(events(100), lambda event, deadline, optional: deadline.remaining_seconds(), stopped_deadline)
    assert set(found) == {17.5}


class Answers(Connection):
    """Counts what is asked for over the network, and answers it."""

    def __init__(self, answer):
        super().__init__(None)
        self.asked, self._answer, self._lock = [], answer, threading.Lock()

    def _ask(self, what, url, body, deadline):
        with self._lock:
            self.asked.append((url, body))
        return self._answer(url)


def ask_of_all(connection, count, url, query=None):
    def read(event, deadline, optional):
        with limited(deadline):
            return connection.ask("it", url, query)
    return results(events(count), read, Deadline(30))


@pytest.mark.parametrize("query", [None, {"filter": "Status eq Failed"}])
def test_what_several_need_is_asked_for_once(query):
    connection = Answers(lambda url: Fields({"url": url}))
    found = ask_of_all(connection, 40, "https://history/runs/parent", query)
    assert {one.text("url") for one in found} == {"https://history/runs/parent"}
    assert len(connection.asked) == 1


def test_batches_share_nothing_with_each_other():
    connection = Answers(lambda url: Fields({"url": url}))
    for _ in range(2):
        ask_of_all(connection, 2, "https://history/runs/parent")
    assert len(connection.asked) == 2


def test_failure_of_one_is_not_that_of_the_others():
    failures = [RunHistoryError("no")]

    def answer(url):
        if failures:
            raise failures.pop()
        return Fields({"url": url})

    found = ask_of_all(Answers(answer), 40, "https://history/runs/parent")
    assert sum(isinstance(one, RunHistoryError) for one in found) == 1
