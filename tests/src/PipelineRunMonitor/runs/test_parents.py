"""Steps share the request for their parent while it runs."""
import threading

import pytest

from azure_access.deadline import Deadline
from azure_access.errors import RunHistoryError
from PipelineRunMonitor.runs.parents import SharedParents
from PipelineRunMonitor.runs.snapshots import RunSummary


class Pipeline:
    """A parent run, and how often it was asked for."""

    def __init__(self, status="Running"):
        self.status, self.asked = status, 0

    def read(self):
        self.asked += 1
        return RunSummary("p1", status=self.status)


@pytest.fixture
def pipeline():
    return Pipeline()


def read(parents, pipeline, key="p1"):
    return parents.read(key, pipeline.read, Deadline(5)).status


def test_running_parent_is_asked_for_once(pipeline):
    parents = SharedParents()
    assert [read(parents, pipeline) for _ in range(3)] == ["Running"] * 3
    assert pipeline.asked == 1


@pytest.mark.parametrize("status", ["Completed", "Failed", "Canceled", "NotResponding", None])
def test_last_status_is_never_shared(pipeline, status):
    pipeline.status = status
    parents = SharedParents()
    assert [read(parents, pipeline) for _ in range(3)] == [status] * 3
    assert pipeline.asked == 3


def test_what_was_shared_is_asked_for_again_after_some_seconds(pipeline):
    now = [100.0]
    parents = SharedParents(lambda: now[0])
    read(parents, pipeline)
    now[0] += 11
    pipeline.status = "Completed"
    assert read(parents, pipeline) == "Completed"


def test_end_of_the_pipeline_run_ends_the_sharing_at_once(pipeline):
    parents = SharedParents()
    read(parents, pipeline)
    parents.forget("p1")
    pipeline.status = "Failed"
    assert read(parents, pipeline) == "Failed"


def test_other_parents_are_others(pipeline):
    parents = SharedParents()
    read(parents, pipeline, "p1")
    read(parents, pipeline, "p2")
    assert pipeline.asked == 2


def test_those_who_ask_meanwhile_wait_for_the_answer(pipeline):
    parents, asked, answer = SharedParents(), threading.Event(), threading.Event()

    def slow():
        asked.set()
        answer.wait(60)
        return pipeline.read()

    first = threading.Thread(target=parents.read, args=("p1", slow, Deadline(5)))
    first.start()
    asked.wait(60)
    threading.Timer(0.05, answer.set).start()
    assert read(parents, pipeline) == "Running"
    first.join()
    assert pipeline.asked == 1


def test_failure_of_one_is_not_that_of_another(pipeline):
    parents, asked, answer = SharedParents(), threading.Event(), threading.Event()

    def failing():
        asked.set()
        answer.wait(60)
        raise RunHistoryError("no")

    def fail():
        with pytest.raises(RunHistoryError):
            parents.read("p1", failing, Deadline(5))

    first = threading.Thread(target=fail)
    first.start()
    asked.wait(60)
    threading.Timer(0.05, answer.set).start()
    assert read(parents, pipeline) == "Running"
    first.join()
    assert read(parents, pipeline) == "Running"
