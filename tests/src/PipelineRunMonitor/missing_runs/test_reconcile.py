"""One experiment, or one workspace, that cannot be listed keeps no other from being reconciled."""
import itertools
from datetime import datetime, timezone

import pytest

from azure_access.deadline import Deadline
from azure_access.errors import IdentityError, RunHistoryError, TelemetryError
from azure_access.workspaces import WorkspaceId
from PipelineRunMonitor.events.parsing import RunEvent
from PipelineRunMonitor.missing_runs.catch_up import Outcome
from PipelineRunMonitor.missing_runs.reconcile import _reconcile
from PipelineRunMonitor.runs.listing import Page, Period

WORKSPACE = WorkspaceId("s", "g", "w")
PERIOD = Period(datetime(2026, 1, 1, tzinfo=timezone.utc), datetime(2026, 1, 2, tzinfo=timezone.utc))


class Runs:
    """Run history and catch-up in one."""

    def __init__(self, *pages, refused=()):
        self.pages, self.refused, self.recorded = pages, refused, []

    def list_ended(self, workspace, period, experiment_name, source):
        for page in self.pages:
            if isinstance(page, Exception):
                raise page
            yield page

    def find_missing(self, events):
        return events

    def record(self, events):
        self.recorded += [event.run_id for event in events if event.run_id not in self.refused]
        return Outcome(failed=[(event, "throttled") for event in events if event.run_id in self.refused])


def an_event(run_id, status="Completed"):
    return RunEvent(None, "", None, WORKSPACE, run_id, status, None, None, "experiment", {}, {})


def reconcile(runs, limit=None):
    return _reconcile(runs, runs, WORKSPACE, PERIOD, frozenset({"Completed", "Failed"}), limit or Deadline(100))


def test_experiment_that_cannot_be_listed_is_named_and_the_others_are_recorded():
    runs = Runs(Page([an_event("r1")]), Page(problem="runs of experiment x not found"),
                Page([an_event("r2", "Failed")]))
    [problem] = reconcile(runs)
    assert isinstance(problem, RunHistoryError) and "experiment x" in str(problem)
    assert runs.recorded == ["r1", "r2"]


def test_every_problem_is_told():
    runs = Runs(Page([an_event("r1"), an_event("r2")], problem="no list"), refused={"r2"})
    assert [type(problem) for problem in reconcile(runs)] == [RunHistoryError, TelemetryError]
    assert runs.recorded == ["r1"]


def test_workspace_that_cannot_be_listed_is_a_problem_and_no_exception():
    assert [str(problem) for problem in reconcile(Runs(IdentityError("not allowed")))] == ["not allowed"]


def test_what_is_not_done_in_time_is_left_to_the_next_hour():
    now = itertools.count()
    runs = Runs(Page([an_event("r1")]), Page([]), Page([an_event("r2")]))
    [problem] = reconcile(runs, Deadline(3, lambda: next(now)))  # each look at the clock takes a second
    assert "not all runs of w could be looked at within 120 seconds" in str(problem)
    assert runs.recorded == ["r1"]


@pytest.mark.parametrize("status", ["Running", "Canceled"])
def test_status_that_is_not_recorded_is_left_out(status):
    runs = Runs(Page([an_event("r1", status)]))
    assert reconcile(runs) == [] and runs.recorded == []
