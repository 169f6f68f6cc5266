"""Fixtures for the tests of the benchmark: results that are easy to calculate with, a laboratory without latency."""
from datetime import datetime, timezone

import pytest

from tests.benchmarks import workload
from tests.benchmarks.growth import Sizes
from tests.benchmarks.laboratory import Laboratory
from tests.benchmarks.measures import ColdStart, Growth, Point, Round, Size
from tests.benchmarks.sections import FULL, Results, SubjectRounds, Worker
from tests.benchmarks.workload import Pipelines

RUN = ("machine_learning GET /history/v1.0/subscriptions/{subscription_id}/resourceGroups/{resource_group}/providers"
       "/Microsoft.MachineLearningServices/workspaces/{workspace_name}/runs/{run_id}")


@pytest.fixture
def results():
    """Naive takes 2 s and 40 requests an event, ours 100 ms and 5, the limit 50 ms and 2."""
    def measure(latency_ms, requests, events_per_second, start):
        warm = Round((latency_ms,) * 10, latency_ms / 100, 1.0, {RUN: requests * 10})
        return SubjectRounds((start,), warm, Round((latency_ms,) * 100, 100 / events_per_second, 1.0))

    siblings = Round((100.0,) * 200, 4.0, 2.0, {RUN: 820})
    return Results(
        FULL,
        {"naive": measure(2000.0, 40, 3, ColdStart(0.8, 3.0)), "ours": measure(100.0, 5, 50, ColdStart(0.7, 1.5)),
         "limit": measure(50.0, 2, 100, ColdStart(0.1, 0.3))},
        Worker(siblings, Size(150.0, 40), Size(160.0, 40)),
        {"batch_size": Growth("events", tuple(Point(size, size * 9.0, size * 8.0) for size in (1, 10, 100, 1000)))})


@pytest.fixture(scope="session")
def small_workload():
    return workload.build(datetime.now(timezone.utc), ended=Pipelines(4, 2), running=Pipelines(2, 3))


@pytest.fixture(scope="session")
def small_sizes():
    return Sizes(event_kb=(1, 8), details_kb=(1, 8), batch=(1, 4))


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory, small_workload):
    with Laboratory(tmp_path_factory.mktemp("laboratory"), small_workload.workspace, latency_seconds=0) as place:
        yield place
