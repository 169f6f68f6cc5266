import pytest

from azure_access.errors import InFlightError
from PipelineRunMonitor.events.repeats import RecordedEvents


def test_event_is_begun_once_it_is_recorded_never_again():
    events = RecordedEvents()
    assert events.begin(b"e1")
    events.end(b"e1", recorded=True)
    assert not events.begin(b"e1")


def test_event_that_could_not_be_recorded_is_begun_again():
    events = RecordedEvents()
    events.begin(b"e1")
    events.end(b"e1", recorded=False)
    assert events.begin(b"e1")


def test_event_in_flight_is_neither_begun_nor_taken_for_recorded():
    events = RecordedEvents()
    events.begin(b"e1")
    with pytest.raises(InFlightError, match="another invocation"):
        events.begin(b"e1")


def test_only_the_latest_are_remembered():
    events = RecordedEvents(remembered=2)
    for key in (b"e1", b"e2", b"e3"):
        events.begin(key)
        events.end(key, recorded=True)
    assert [events.begin(key) for key in (b"e1", b"e2", b"e3")] == [True, False, False]
