"""Event Grid's decisions after an attempt and before one."""
from datetime import timedelta
from pathlib import Path

import pytest

from local_azure.event_grid.models import EventSubscription
from local_azure.event_grid.retries import Attempt, DeadLetter, Delivered, Drop, Retry, decide, is_expired

LETTERS = Path("letters")


def subscription(**settings):
    return EventSubscription("s", "https://here", **{"dead_letter_folder": LETTERS, **settings})


@pytest.fixture
def answered(published_at):
    return lambda status_code, times=1: [Attempt.answered(published_at, status_code)] * times


@pytest.mark.parametrize("status_code", [200, 201, 202, 203, 204])
def test_success_is_delivered(answered, status_code):
    assert decide(subscription(), answered(status_code)) == Delivered()


@pytest.mark.parametrize("status_code", [205, 206, 301, 404, 409, 429, 500, 502])
def test_any_other_status_is_tried_again(answered, status_code):
    assert decide(subscription(), answered(status_code)) == Retry(10)


def test_no_answer_is_tried_again(published_at):
    assert decide(subscription(), [Attempt(published_at, "TimedOut")]) == Retry(10)


@pytest.mark.parametrize(("status_code", "reason"), [
    (400, "UndeliverableDueToHttpBadRequest"), (401, "UndeliverableDueToHttpUnauthorized"),
    (403, "UndeliverableDueToHttpForbidden"), (413, "UndeliverableDueToHttpRequestEntityTooLarge")])
def test_what_no_retry_can_mend_is_given_up_at_once(answered, status_code, reason):
    assert decide(subscription(), answered(status_code)) == DeadLetter(reason, LETTERS)
    assert decide(subscription(dead_letter_folder=None), answered(status_code)) == Drop(reason)


def test_the_delays_follow_the_schedule(answered):
    delays = [decide(subscription(), answered(500, times)).delay_seconds for times in range(1, 13)]
    assert delays == [10, 30, 60, 300, 600, 1800, 3600, 10800, 21600, 43200, 43200, 43200]


@pytest.mark.parametrize(("status_code", "first_delay_seconds"), [(503, 30), (408, 120)])
def test_some_statuses_wait_longer_at_first(answered, status_code, first_delay_seconds):
    assert decide(subscription(), answered(status_code)) == Retry(first_delay_seconds)
    assert decide(subscription(), answered(status_code, 4)) == Retry(300)


def test_the_last_attempt_is_not_tried_again(answered):
    settings = {"max_delivery_attempts": 3}
    assert decide(subscription(**settings), answered(500, 2)) == Retry(30)
    assert decide(subscription(**settings), answered(500, 3)) == DeadLetter("MaxDeliveryAttemptsExceeded", LETTERS)
    assert decide(subscription(**settings, dead_letter_folder=None), answered(500, 3)) == Drop(
        "MaxDeliveryAttemptsExceeded")


def test_an_event_expires_after_its_time_to_live(grid_event, published_at):
    short = subscription(event_time_to_live_minutes=2)
    assert not is_expired(short, grid_event, published_at + timedelta(minutes=2))
    assert is_expired(short, grid_event, published_at + timedelta(minutes=2, seconds=1))


@pytest.mark.parametrize(("status_code", "outcome"), [
    (400, "BadRequest"), (401, "Unauthorized"), (403, "Forbidden"), (404, "NotFound"), (408, "TimedOut"),
    (413, "PayloadTooLarge"), (429, "Busy"), (500, "GenericError"), (503, "Busy")])
def test_outcomes_carry_event_grids_names(answered, status_code, outcome):
    assert answered(status_code)[0].outcome == outcome
