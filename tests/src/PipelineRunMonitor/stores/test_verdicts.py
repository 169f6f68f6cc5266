import json

import pytest

from PipelineRunMonitor.stores.verdicts import Verdict, judge


def answer(accepted, *errors):
    return json.dumps({"itemsReceived": 9, "itemsAccepted": accepted, "errors": [
        {"index": index, "statusCode": status, "message": f"message {status}"} for index, status in errors]})


def test_acceptance_of_everything():
    assert judge(200, {}, answer(3), 3) == Verdict()


def test_items_refused_for_good_are_told_from_those_that_may_succeed_later():
    verdict = judge(206, {}, answer(1, (0, 400), (2, 429), (3, 500)), 4)
    assert verdict.refused == {0: "message 400"}
    assert verdict.left == (2, 3)
    assert verdict.is_transient
    assert "throttling" in verdict.problem and "HTTP 500" in verdict.problem


def test_refusal_of_everything_item_by_item():
    assert judge(400, {}, answer(0, (0, 400), (1, 400)), 2).refused == {0: "message 400", 1: "message 400"}


@pytest.mark.parametrize("status", [400, 413])
def test_refusal_without_a_reason_concerns_the_only_item_or_is_unclear(status):
    assert judge(status, {}, "bad", 1).refused == {0: f"HTTP {status}: bad"}
    verdict = judge(status, {}, "bad", 2)
    assert (verdict.left, verdict.is_unclear, verdict.refused) == ((0, 1), True, {})


@pytest.mark.parametrize("body, left, refused", [
    (answer(0), {0, 1, 2}, {}), (answer(1, (0, 400)), {1, 2}, {0: "message 400"}),
    (answer(0, (0, 402)), {0, 1, 2}, {})])
def test_items_of_which_nothing_is_said_are_left(body, left, refused):
    verdict = judge(200, {}, body, 3)
    assert (set(verdict.left), verdict.refused, verdict.is_transient) == (left, refused, True)


def test_refusal_that_names_some_items_is_unclear_about_the_others():
    verdict = judge(400, {}, answer(0, (1, 400)), 3)
    assert (verdict.refused, verdict.left, verdict.is_unclear) == ({1: "message 400"}, (0, 2), True)


def test_refusal_that_names_every_item_is_clear():
    assert not judge(400, {}, answer(0, (0, 429)), 1).is_unclear


def test_partial_success_says_when_to_come_again():
    assert judge(206, {"Retry-After": "7"}, answer(1, (0, 429)), 2).wait_seconds == 7


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"itemsAccepted": 1}',
                                  '{"itemsAccepted": 1, "errors": [1]}', '{"itemsAccepted": "1", "errors": []}'])
def test_success_that_the_service_did_not_write_is_none(body):
    verdict = judge(200, {}, body, 1)
    assert verdict.left == (0,) and verdict.is_transient and not verdict.refused


@pytest.mark.parametrize("status, words, is_transient", [
    (401, "APP_INSIGHTS_CONNECTION_STRING", False), (403, "Monitoring Metrics Publisher", False),
    (402, "daily cap", False),
    (439, "daily cap", False), (404, "IngestionEndpoint", False), (408, "again", True), (429, "throttling", True),
    (500, "again", True), (502, "again", True), (503, "again", True), (504, "again", True), (302, "again", False)])
def test_other_answers_leave_everything_with_cause_and_cure(status, words, is_transient):
    verdict = judge(status, {}, "", 2)
    assert (verdict.left, verdict.is_transient) == ((0, 1), is_transient)
    assert f"HTTP {status}" in verdict.problem and words in verdict.problem


def test_item_that_was_sampled_out_is_not_lost_silently():
    verdict = judge(206, {}, answer(1, (0, 206)), 2)
    assert verdict.left == (0,) and "sampling" in verdict.problem and not verdict.is_transient


@pytest.mark.parametrize("value, seconds", [("7", 7.0), ("soon", None), (None, None), ("", None),
                                            ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)])
def test_retry_after(value, seconds):
    assert judge(429, {"Retry-After": value} if value is not None else {}, "", 1).wait_seconds == seconds


def test_index_beyond_the_request_is_ignored():
    assert judge(206, {}, answer(1, (7, 400)), 1) == Verdict()


@pytest.mark.parametrize("body", [
    "Authentication not supported", '{"error": "Authentication not supported."}',
    json.dumps({"itemsReceived": 1, "itemsAccepted": 0, "errors": [
        {"index": 0, "statusCode": 400, "message": "authentication not supported"}]})])
def test_a_resource_that_takes_no_keys_refuses_no_record(body):
    verdict = judge(400, {}, body, 1)
    assert (verdict.left, verdict.refused, verdict.is_transient) == ((0,), {}, False)
    assert "APP_INSIGHTS_AUTHENTICATION has to be entra" in verdict.problem


def test_a_record_may_speak_of_authentication_and_be_refused():
    body = json.dumps({"itemsReceived": 2, "itemsAccepted": 0, "errors": [
        {"index": 0, "statusCode": 400, "message": "authentication not supported"},
        {"index": 1, "statusCode": 400, "message": "too long"}]})
    assert judge(400, {}, body, 2).refused == {0: "authentication not supported", 1: "too long"}
