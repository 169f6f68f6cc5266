import pytest

from azure_access.deadline import Deadline
from azure_access.errors import RunHistoryError
from PipelineRunMonitor.events.parsing import RunEvent
from PipelineRunMonitor.missing_runs.catch_up import CatchUp, Outcome
from PipelineRunMonitor.runs.snapshots import RunSnapshot, RunSummary
from PipelineRunMonitor.stores.sinks import Refusal, Sending


class Runs:
    """Run history and store in one: throttles a run as often as it is told to, refuses or does not take others."""

    name, setting = "the store", "STORE"

    def __init__(self):
        self.throttled, self.refused, self.unsent, self.recorded = {}, set(), {}, []

    def read(self, event, deadline):
        if event.run_id == "defect":
            raise KeyError("secret")
        if self.throttled.get(event.run_id, 0):
            self.throttled[event.run_id] -= 1
            raise RunHistoryError(f"run {event.run_id} throttled")
        return RunSnapshot(event.workspace, RunSummary(event.run_id, status=event.run_status), None, event.run_id,
                           None, None, None, None, None)

    def send(self, records, deadline):
        refusals, unsent = [], []
        for record in records:
            run_id = record.dimensions["run_id"]
            if run_id in self.refused:
                refusals.append(Refusal(record, "too long"))
            elif self.unsent.get(run_id, 0):
                self.unsent[run_id] -= 1
                unsent.append(record)
            else:
                self.recorded.append(run_id)
        return Sending(refusals, unsent, "the store is down" if unsent else "")

    def find(self, workspace_name, run_ids):
        return {("there", "Completed"), ("there before", "Running")} if workspace_name == "sample-ws" else set()


@pytest.fixture
def runs():
    return Runs()


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def catch_up(runs, pauses):
    return CatchUp(runs, runs, runs, pauses.append)


@pytest.fixture
def ended(workspace):
    def create(*run_ids):
        return [RunEvent(None, "", None, workspace, run_id, "Completed", None, None, "e", {}, {}, "backfill")
                for run_id in run_ids]
    return create


def ids_of(outcome):
    return ([event.run_id for event in outcome.recorded], [(event.run_id, reason) for event, reason in outcome.refused],
            [(event.run_id, reason) for event, reason in outcome.failed])


def test_runs_that_are_recorded_with_their_status_are_not_missing(catch_up, ended):
    assert catch_up.find_missing(ended("there", "gone", "there before")) == ended("gone", "there before")
    assert catch_up.find_missing([]) == []


def test_without_a_look_at_the_store_every_run_is_missing(runs, ended):
    assert CatchUp(runs, runs, None).find_missing(ended("there")) == ended("there")


def test_runs_are_recorded(catch_up, runs, ended, pauses):
    assert catch_up.record(ended("a", "b")) == Outcome(ended("a", "b"), [], [])
    assert sorted(runs.recorded) == ["a", "b"] and pauses == []


def test_what_fails_is_tried_again_with_growing_pauses_and_nothing_twice(catch_up, runs, ended, pauses, monkeypatch):
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    runs.throttled, runs.unsent = {"a": 2}, {"b": 1}
    assert sorted(ids_of(catch_up.record(ended("a", "b", "c")))[0]) == ["a", "b", "c"]
    assert sorted(runs.recorded) == ["a", "b", "c"]
    assert len(pauses) == 2 and pauses[1] > pauses[0]


def test_what_cannot_be_recorded_comes_back_with_the_reason(catch_up, runs, ended):
    runs.throttled, runs.unsent, runs.refused = {"a": 99}, {"b": 99}, {"c"}
    assert ids_of(catch_up.record(ended("a", "b", "c", "d"))) == (
        ["d"], [("c", "too long")], [("a", "run a throttled"), ("b", "the store is down")])


def test_a_defect_keeps_no_other_run_from_being_recorded(catch_up, ended):
    recorded, _, [(run_id, reason)] = ids_of(catch_up.record(ended("a", "defect")))
    assert (recorded, run_id) == (["a"], "defect")
    assert "KeyError, a defect of the monitor" in reason and "secret" not in reason


def test_nothing_is_read_sent_or_waited_for_past_the_limit(runs, ended, pauses):
    given, now = [], iter([0, *[90] * 100])
    read, send = runs.read, runs.send
    runs.read = lambda event, deadline: given.append(deadline.remaining_seconds()) or read(event, deadline)
    runs.send = lambda records, deadline: given.append(deadline.remaining_seconds()) or send(records, deadline)
    runs.throttled["slow"] = 9
    outcome = CatchUp(runs, runs, runs, pauses.append, Deadline(91, lambda: next(now))).record(ended("quick", "slow"))
    assert ids_of(outcome) == (["quick"], [], [("slow", "run slow throttled")])
    assert len(given) == 3 and max(given) <= 1 and pauses == []
