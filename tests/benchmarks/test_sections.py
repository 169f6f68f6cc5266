"""Every section with a handful of events, on the local Azure and in real processes."""
import io

import pytest
from rich.console import Console

from local_azure.commands.publishing import show_progress
from tests.benchmarks.columns import COLUMNS, FUNCTIONS, USUAL, Column
from tests.benchmarks.processes import SubjectError
from tests.benchmarks.sections import Plan, Sections
from tests.benchmarks.workload import Pipelines


@pytest.fixture(scope="module")
def results(laboratory, small_workload, small_sizes):
    plan = Plan(ended=Pipelines(4, 2), running=Pipelines(2, 3), turns=2, warm=6, burst=6, batch=3, batches=2,
                more_starts=0, early=4, late=25, growth=small_sizes)
    with show_progress(Console(file=io.StringIO())) as progress:
        return Sections(laboratory, small_workload, plan, progress).run()


def test_every_column_records_every_event_and_is_measured(results):
    counts = {name: (rounds.warm.events, rounds.burst.events, len(rounds.starts))
              for name, rounds in results.columns.items()}
    assert counts == {name: (2, 2, 2) if column.share < 1 else (12, 12, 2) for name, column in COLUMNS.items()}
    assert all(rounds.burst.cpu_seconds > 0 and min(rounds.warm.latencies_ms) > 0
               for rounds in results.columns.values())


def test_the_limit_makes_two_requests_and_naive_the_most(results):
    requests = {name: rounds.warm.requests_per_event for name, rounds in results.columns.items()}
    assert all(requests["limit"] == 2 < requests[name] < requests["naive"] for name in FUNCTIONS)


def test_the_function_records_batches_and_nobody_else(results):
    assert {name: rounds.batches and rounds.batches.events for name, rounds in results.columns.items()} == {
        name: 2 if name in FUNCTIONS else None for name in COLUMNS}


def test_workers_are_watched_and_one_from_early_to_late(results):
    assert {worker.siblings.events for worker in results.workers.values()} == {6}
    assert all(worker.early.threads > 0 for worker in results.workers.values())
    assert [name for name, worker in results.workers.items() if worker.late] == [USUAL]


def test_all_inputs_grow(results):
    assert {name: [point.size for point in grown.points] for name, grown in results.growth.items()} == {
        "event_size": [1, 8], "details_size": [1, 8], "batch_size": [1, 4]}


def test_an_event_that_fails_is_an_error_that_says_why(laboratory, small_workload):
    event = small_workload.unrelated[0]
    unknown = {**event, "id": "unknown", "data": {**event["data"], "runId": "unheard-of"}}
    with laboratory.subject("limit", event) as subject, pytest.raises(SubjectError, match="limit failed.*unheard-of"):
        laboratory.record(subject, [unknown], lambda: None)


def test_an_event_that_leaves_no_record_of_its_own_is_an_error(laboratory, small_workload):
    event = small_workload.unrelated[0]
    with laboratory.subject("ours", event) as subject, pytest.raises(SubjectError, match="0 records of 1 events"):
        laboratory.record(subject, [event], lambda: None)


def test_a_process_that_does_not_come_up_is_an_error(laboratory, small_workload, monkeypatch):
    monkeypatch.setitem(COLUMNS, "unheard-of", Column("tests.benchmarks.unheard_of"))
    with pytest.raises(SubjectError, match="its process ended"):
        with laboratory.subject("unheard-of", small_workload.unrelated[0]):
            pass
