"""Fixtures for the tests of the benchmark: results that are easy to calculate with, a laboratory without latency."""
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from tests.benchmarks import workload
from tests.benchmarks.columns import FUNCTIONS, USUAL
from tests.benchmarks.growth import Sizes
from tests.benchmarks.laboratory import Laboratory
from tests.benchmarks.measures import ColdStart, Growth, Point, Round, Size
from tests.benchmarks.sections import FULL, ColumnRounds, Results, Worker
from tests.benchmarks.workload import Pipelines

RUN = ("machine_learning GET /history/v1.0/subscriptions/{subscription_id}/resourceGroups/{resource_group}/providers"
       "/Microsoft.MachineLearningServices/workspaces/{workspace_name}/runs/{run_id}")


@pytest.fixture
def results():
    """Naive takes 2 s and 40 requests an event, the function 60 ms and 5, the limit 55 ms and 2."""
    def measure(latency_ms, requests, events_per_second, start, batches=None):
        warm = Round((latency_ms,) * 10, latency_ms / 100, 1.0, {RUN: requests * 10})
        return ColumnRounds((start,), warm, Round((latency_ms,) * 100, 100 / events_per_second, 0.4), batches)

    batches = Round((1_100.0, 1_200.0, 1_900.0), 4.2, 2.0)
    worker = Worker(Round((100.0,) * 200, 4.0, 2.0, {RUN: 820}), Size(150.0, 40), Size(160.0, 40))
    return Results(
        FULL,
        {"naive": measure(2000.0, 40, 3, ColdStart(0.8, 3.0)),
         **{name: measure(60.0, 5, 80, ColdStart(0.3, 0.5), batches) for name in FUNCTIONS},
         "limit": measure(55.0, 2, 100, ColdStart(0.1, 0.3))},
        {name: worker if name == USUAL else replace(worker, late=None) for name in FUNCTIONS},
        {"batch_size": Growth("events", tuple(Point(size, size * 9.0, size * 8.0) for size in (1, 10, 100, 1000)))})


@pytest.fixture
def young(results):
    """Those of a plan in which no worker grows old."""
    workers = {name: replace(worker, late=None) for name, worker in results.workers.items()}
    return replace(results, plan=replace(results.plan, late=None), workers=workers)


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
