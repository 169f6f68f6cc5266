import pytest

from azure_access.deadline import Deadline


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self):
        self.now, self.slept = 100.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time():
    return Time()


def test_time_runs_out_but_not_below_zero(time):
    deadline = Deadline(5, time, time.sleep)
    time.now += 3
    assert deadline.remaining_seconds() == 2
    time.now += 3
    assert deadline.remaining_seconds() == 0


def test_attempts_are_few_with_growing_jittered_pauses(time):
    pauses = [attempt.pause() for attempt in Deadline(60, time, time.sleep).attempts()]
    assert pauses == [True, True, False]
    assert 0.125 <= time.slept[0] <= 0.375
    assert 0.25 <= time.slept[1] <= 0.75


def test_where_no_delivery_waits_there_are_more_attempts(time):
    pauses = [attempt.pause() for attempt in Deadline(600, time, time.sleep, is_patient=True).attempts()]
    assert pauses == [True] * 7 + [False]


def test_service_that_wants_a_pause_gets_it(time):
    next(Deadline(60, time, time.sleep).attempts()).pause(7)
    assert time.slept == [7]


def test_pause_that_does_not_fit_is_not_begun(time):
    assert not next(Deadline(5, time, time.sleep).attempts()).pause(30)
    assert time.slept == []
