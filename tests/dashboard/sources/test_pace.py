"""Azure is asked no more often than it lets one user ask."""
import threading

import pytest

from dashboard.sources.pace import AT_ONCE, MOST, WINDOW_SECONDS, Pace
from dashboard.sources.source import SourceError
from local_azure.application_insights.interrupting import CLIENT_GONE, CURRENT, Interruption, QueryStoppedError


@pytest.fixture
def time():
    return [100.0]


@pytest.fixture
def pace(time):
    return Pace(lambda: time[0])


def take(pace):
    with pace.turn():
        pass


def test_no_more_are_asked_at_once_than_may(pace):
    all_in, go_on = threading.Barrier(AT_ONCE + 1), threading.Event()

    def ask():
        with pace.turn():
            all_in.wait(60)
            go_on.wait(60)

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    all_in.wait(60)
    gone = Interruption()
    gone.stop(QueryStoppedError(CLIENT_GONE))
    token = CURRENT.set(gone)  # whoever would have to wait for a turn, and does not want to
    with pytest.raises(SourceError, match=CLIENT_GONE):
        take(pace)
    CURRENT.reset(token)
    go_on.set()
    for thread in threads:
        thread.join()
    take(pace)


def test_no_more_are_asked_in_half_a_minute_than_may(pace, time):
    for _ in range(MOST):
        take(pace)
        time[0] += 0.1
    with pytest.raises(SourceError) as raised:
        take(pace)
    assert raised.value.wait_seconds == pytest.approx(WINDOW_SECONDS - 0.1 * MOST)
    time[0] += raised.value.wait_seconds
    take(pace)


def test_a_longer_pause_is_not_shortened_by_a_later_one(pace, time):
    pace.hold(60)
    pace.hold(5)
    time[0] += 59
    with pytest.raises(SourceError) as raised:
        take(pace)
    assert raised.value.wait_seconds == 1
    time[0] += 1
    take(pace)
