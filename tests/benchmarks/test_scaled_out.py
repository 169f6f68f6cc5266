"""Several workers behind one port: events reach all of them, and one that is killed is started anew."""
import os
import signal
import time
from datetime import datetime, timezone

import pytest

from local_azure.cloud import LocalAzure
from local_azure.commands.publishing import publish
from local_azure.options import Options
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.loading import load
from tests.benchmarks import scaled_out
from tests.benchmarks.soak import Size, find_workers, has_grown


@pytest.fixture
def workspace():
    return load(datetime.now(timezone.utc))


def test_events_are_recorded_while_one_of_two_workers_is_killed_and_comes_back(tmp_path, workspace):
    events = [{**event, "id": f"{event['id']}, shared"} for event in ended_events(workspace)[:40]]
    with LocalAzure(tmp_path, workspace, Options(functions_host=scaled_out.command(2))) as azure:
        first, second = wait_for_two(azure)
        os.kill(first, signal.SIGKILL)
        publish(azure.endpoints, events)
        assert azure.drained(60)
        assert second in wait_for_two(azure) and first not in find_workers(azure)
        [(recorded,)] = azure.store.query("traces | summarize dcount(tostring(customDimensions.event_id), 4)").rows
    assert recorded == len(events)


def wait_for_two(azure):
    """They start beside each other, and the host answers when the first has."""
    deadline = time.monotonic() + 30
    while len(workers := find_workers(azure)) != 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return workers


@pytest.mark.parametrize("warm, late, grown", [
    ([Size(100, 30), Size(90, 30)], [Size(110, 33), Size(91, 30)], False),
    ([Size(100, 30), Size(90, 30)], [Size(110, 33), Size(120, 30)], True),
    ([Size(100, 30)], [Size(100, 60)], True), ([Size(100, 30)] * 2, [Size(100, 30)], True), ([], [Size(1, 1)], True)])
def test_a_worker_that_needs_more_and_more_is_told(warm, late, grown):
    assert has_grown(warm, late) == grown
