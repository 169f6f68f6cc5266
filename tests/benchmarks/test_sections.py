"""Every section with a handful of events, on the local Azure and in real processes."""
import io

import pytest
from rich.console import Console

from local_azure.commands.publishing import show_progress
from tests.benchmarks.processes import SubjectError
from tests.benchmarks.sections import Plan, Sections
from tests.benchmarks.workload import Pipelines


@pytest.fixture(scope="module")
def results(laboratory, small_workload, small_sizes):
    few = {"limit": 2, "naive": 2, "ours": 2}
    plan = Plan(ended=Pipelines(4, 2), running=Pipelines(2, 3), more_starts=0, warm=few, burst=few, early=4, late=15,
                growth=small_sizes)
    with show_progress(Console(file=io.StringIO())) as progress:
        return Sections(laboratory, small_workload, plan, progress).run()


def test_every_subject_records_every_event_and_is_measured(results):
    assert {name: (rounds.warm.events, rounds.burst.events, len(rounds.starts))
            for name, rounds in results.subjects.items()} == dict.fromkeys(("naive", "ours", "limit"), (2, 2, 2))
    assert all(rounds.burst.cpu_seconds > 0 and min(rounds.warm.latencies_ms) > 0
               for rounds in results.subjects.values())


def test_the_limit_makes_two_requests_and_naive_the_most(results):
    requests = {name: rounds.warm.requests_per_event for name, rounds in results.subjects.items()}
    assert requests["limit"] == 2 < requests["ours"] < requests["naive"]


def test_a_worker_is_watched_from_early_to_late(results):
    assert results.worker.siblings.events == 6
    assert results.worker.early.threads > 0 and results.worker.late.resident_mb > 0


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


def test_a_process_that_does_not_come_up_is_an_error(laboratory, small_workload):
    with pytest.raises(SubjectError, match="its process ended"):
        with laboratory.subject("unheard-of", small_workload.unrelated[0]):
            pass
