"""What became of an event, told from records and the function's log."""
import pytest

from local_azure.commands.outcomes import Ending, Log, Outcome, describe, judge_delivered, summarize

EVENT = {"id": "event-1", "data": {"runId": "run-1"}}
LOG = """2026-11-26 03:35:16,123 INFO [PipelineRunMonitor] event event-1: run run-1 is Running, which is not recorded
2026-11-26 03:35:16,124 INFO [PipelineRunMonitor] succeeded after 12 ms
"""
FAILED = """2026-11-26 03:35:16,123 WARNING [PipelineRunMonitor] parent run p not found
2026-11-26 03:35:17,000 ERROR [PipelineRunMonitor] failed after 7 ms: run run-1 not found
Traceback (most recent call last):
  File "x.py", line 1, in main
2026-11-26 03:35:18,000 WARNING [PipelineRunMonitor] parent run p not found
2026-11-26 03:35:19,000 ERROR [PipelineRunMonitor] failed after 9 ms: run history is slow
2026-11-26 03:35:19,000 ERROR [host] of nobody's concern
"""


def judge(records, log=""):
    return judge_delivered(EVENT, records, Log.parse(log))


def test_a_log_is_read_without_tracebacks_and_times():
    assert Log.parse(FAILED) == Log((), ("parent run p not found",), "run history is slow")


def test_a_run_that_was_recorded_has_its_record_and_what_was_warned_of():
    outcome = judge([{"type": "run_detail", "run_status": "Failed"}], FAILED)
    assert (outcome.ending, outcome.record["run_status"], outcome.notes) == (
        Ending.RECORDED, "Failed", ("parent run p not found",))


def test_without_a_record_the_log_says_why():
    outcome = judge([], LOG)
    assert (outcome.ending, outcome.reason) == (Ending.OF_NO_INTEREST, "run run-1 is Running, which is not recorded")


@pytest.mark.parametrize(("reason", "ending", "shown"), [
    ("no run id in data.runId", Ending.INVALID, "no run id in data.runId"),
    ("refused by Application Insights: too long", Ending.REFUSED, "by Application Insights: too long")])
def test_a_note_in_the_place_of_a_record_says_why(reason, ending, shown):
    outcome = judge([{"type": "invalid_event", "reason": reason}])
    assert (outcome.ending, outcome.reason) == (ending, shown)


@pytest.mark.parametrize(("outcome", "lines"), [
    (Outcome(EVENT, Ending.RECORDED, record={"run_status": "Failed", "step_name": "Train"}, notes=("no parent",)),
     ["  recorded        Failed         Train  run-1", "    no parent"]),
    (Outcome(EVENT, Ending.RECORDED, record={"run_status": "Completed"}), ["  recorded        Completed      run-1"]),
    (Outcome(EVENT, Ending.DEAD_LETTER, "after 3 attempts: gone"),
     ["  dead letter     run-1  after 3 attempts: gone"]),
    (Outcome({"id": "event-1"}, Ending.INVALID, "no data"), ["  invalid event   event event-1  no data"]),
    (Outcome({"data": []}, Ending.REFUSED, "by the topic"), ["  refused         event without an id  by the topic"])])
def test_an_event_is_told_in_a_line_and_its_warnings_below(outcome, lines):
    assert describe(outcome) == lines


def test_the_sum_names_the_endings_that_there_were():
    endings = [Ending.DEAD_LETTER, Ending.RECORDED, Ending.RECORDED]
    assert summarize([Outcome(EVENT, ending) for ending in endings]) == "events played 3: recorded 2, dead letter 1"
