"""A caller is answered in time, whatever happens."""
import logging
import threading

import pytest

from azure_access.errors import (
    IdentityError, IdentityUnavailableError, RunHistoryError, RunNotFoundError, SettingsError)
from PipelineSchedule import run_status
from PipelineSchedule.answers import Answer
from PipelineSchedule.refusals import Problem, Refusal
from PipelineSchedule.submit_pipeline import Request, answer_in_time, await_answer, main


def raising(error):
    def work(deadline):
        raise error
    return work


def test_what_takes_too_long_is_told_with_what_to_do():
    ended = threading.Event()
    with pytest.raises(Refusal, match="if it had an Idempotency-Key") as refused:
        await_answer(lambda deadline: ended.wait(20) and Answer(200, {}), seconds=0.01)
    ended.set()
    assert (refused.value.status, refused.value.retry_after_seconds) == (503, 30)


def test_how_long_it_may_take_is_a_setting_and_some_of_it_is_kept_back(monkeypatch):
    monkeypatch.setenv("ANSWER_TIMEOUT_SECONDS", "2")
    answer = answer_in_time(lambda deadline: Answer(200, {"seconds": deadline.remaining_seconds()}))
    assert 1 < answer.content["seconds"] <= 1.8
    monkeypatch.setenv("ANSWER_TIMEOUT_SECONDS", "60")
    answer = answer_in_time(lambda deadline: Answer(200, {}))
    assert (answer.status, answer.content["error"]["code"]) == (500, "Misconfigured")
    assert "ANSWER_TIMEOUT_SECONDS is '60': put a number of seconds from 1 to 20" in answer.content["error"]["message"]


@pytest.mark.parametrize(("error", "status", "code"), [
    (SettingsError("X not set"), 500, "Misconfigured"), (IdentityError("no token"), 502, "AccessDenied"),
    (IdentityUnavailableError("no token just now"), 503, "ServiceUnavailable"),
    (RunNotFoundError("no run"), 404, "RunNotFound"), (RunHistoryError("slow"), 503, "ServiceUnavailable"),
    (Refusal(409, "KeyReused", "used"), 409, "KeyReused")])
def test_an_error_is_an_answer_that_says_it(error, status, code):
    answer = answer_in_time(raising(error))
    assert (answer.status, answer.content["error"]["code"]) == (status, code)
    assert answer.content["error"]["message"] == str(error)
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_nothing_is_said_of_a_redelivery_nor_what_the_service_quotes():
    answer = answer_in_time(raising(RunHistoryError("slow; Event Grid delivers the event again")))
    assert answer.content["error"]["message"] == "slow; ask again later"
    sas = "https://a.blob.core.windows.net/c?sv=2024&sig=aWFtYXNlY3JldGFuZG5vdGhpbmdlbHNlMTIzNDU2Nzg5MA%3D%3D"
    refusal = Refusal(400, "Invalid", "no", problems=(Problem("parameters", f"{sas} is no path"),))
    assert "sig=aWFt" not in answer_in_time(raising(refusal)).body


def test_a_wait_that_the_service_wants_is_told_in_whole_seconds():
    assert answer_in_time(raising(RunHistoryError("slow", wait_seconds=4.2))).headers == {"Retry-After": "5"}


def test_a_defect_is_told_without_what_it_quotes(caplog):
    caplog.set_level(logging.ERROR)
    secret = "Bearer eyJhbGciOiJIUzI1NiJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IV7pAx_Zmeo"
    answer = answer_in_time(raising(KeyError(secret)))
    assert (answer.status, answer.content["error"]["code"]) == (500, "InternalError")
    assert "KeyError" in answer.body and "eyJ" not in answer.body + caplog.text


def test_the_log_says_where_a_defect_is_and_nothing_of_what_was_read(caplog):
    caplog.set_level(logging.ERROR)
    answer_in_time(raising(KeyError("the name of a customer")))
    [said] = [record.getMessage() for record in caplog.records if record.name.startswith("PipelineSchedule")]
    assert said.startswith("KeyError in ") and "line " in said and "customer" not in caplog.text


def test_without_settings_the_setting_is_named(monkeypatch):
    monkeypatch.delenv("WORKSPACE_NAME", raising=False)
    answer = main(Request("nightly", b"{}", {}, "https://app/api/pipelines/nightly/runs"))
    assert answer.status == 500 and "WORKSPACE_NAME" in answer.content["error"]["message"]


def test_the_status_is_what_the_reader_tells():
    asked = []
    answer = run_status.main("run-1", lambda run_id, seconds: asked.append((run_id, seconds)) or {"status": "Running"})
    [(run_id, seconds)] = asked
    assert (answer.status, answer.content, run_id) == (200, {"status": "Running"}, "run-1") and 10 < seconds <= 16.2
