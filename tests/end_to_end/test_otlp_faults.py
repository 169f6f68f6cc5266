"""The fault matrix over OTLP: what a receiver may answer, for single events and a batch, by both ways of reading.

As in test_faults.py each of three events ends as exactly one of recorded at the first delivery, delivered again and
then recorded, recorded as refused, or dead-lettered. What AML answers is the same for every store, and is tried there.
"""
import pytest

from local_azure.scenarios.events import ended_events
from local_azure.subscriptions import MONITOR
from PipelineRunMonitor.settings import AZUREML, REST
from tests.end_to_end.test_faults import EVENTS, FOREVER, PIPELINE_RUN, name_end, opened
from tests.otlp_receiver import Trouble, attributes, partial

NOT_RETRIED_BY_THE_FUNCTION = {
    "401": Trouble(401), "403": Trouble(403), "404": Trouble(404), "415": Trouble(415), "500": Trouble(500),
    "429 with a long Retry-After": Trouble(429, headers={"Retry-After": "60"})}
RETRIED_BY_THE_FUNCTION = {
    "429": Trouble(429), "502": Trouble(502), "503": Trouble(503), "504": Trouble(504), "a reset": Trouble(),
    "no protobuf": Trouble(200, b"<html>", "text/html")}
ALL = NOT_RETRIED_BY_THE_FUNCTION | RETRIED_BY_THE_FUNCTION
CASES = [
    *((f"{name} once", trouble, 1, "recorded") for name, trouble in RETRIED_BY_THE_FUNCTION.items()),
    *((f"{name} for a while", ALL[name], FOREVER, "delivered again")
      for name in (*NOT_RETRIED_BY_THE_FUNCTION, "503", "a reset", "no protobuf")),
    *((f"{name} for ever", ALL[name], FOREVER, "dead-lettered") for name in ("401", "503")),
    ("everything is bad data for ever", Trouble(400, b"bad"), FOREVER, "dead-lettered"),
]
SLOW = Trouble(200, partial(0, "x" * 1000), slow=0.1)


@pytest.fixture(scope="module", params=[(1, AZUREML), (EVENTS, REST)], ids=["single events, azureml", "a batch, rest"])
def event_grid(request, tmp_path_factory, sample_workspace, otlp_receiver):
    """With two attempts, and all the time that a busy machine may need for one."""
    batch, run_reader = request.param
    otlp_receiver.reset()
    yield from opened(tmp_path_factory.mktemp("local_azure"), sample_workspace, run_reader, 25, receiver=otlp_receiver,
                      max_delivery_attempts=2, max_events_per_batch=batch)


@pytest.fixture(scope="module")
def hurried(tmp_path_factory, sample_workspace, otlp_receiver):
    """With little time for an attempt, and so with one attempt more."""
    otlp_receiver.reset()
    yield from opened(tmp_path_factory.mktemp("local_azure"), sample_workspace, REST, 4, receiver=otlp_receiver,
                      max_delivery_attempts=3, max_events_per_batch=EVENTS)


@pytest.mark.parametrize("name, trouble, times, end", CASES, ids=[name for name, *_ in CASES])
def test_no_event_is_lost_or_recorded_twice(event_grid, otlp_receiver, sample_workspace, name, trouble, times, end):
    assert ends_of(event_grid, otlp_receiver, sample_workspace, name, [trouble] * times, end) == {end}


def test_a_record_that_is_refused_for_good_is_recorded_as_refused(event_grid, otlp_receiver, sample_workspace):
    end, trouble = "refused", Trouble(200, partial(1, "no room"))
    assert ends_of(event_grid, otlp_receiver, sample_workspace, end, [trouble], end, events=1) == {end}


def test_a_receiver_that_says_yes_a_byte_at_a_time_is_not_waited_for(hurried, otlp_receiver, sample_workspace):
    end = "delivered again"
    assert ends_of(hurried, otlp_receiver, sample_workspace, "slow", [SLOW] * FOREVER, end) == {end}


def ends_of(event_grid, receiver, workspace, name, troubles, end, events=EVENTS):
    """How events end whose records meet these troubles; what is to be delivered again meets none then."""
    azure = event_grid.azure
    receiver.reset()
    receiver.troubles = troubles
    before = azure.delivery.counters[MONITOR].retried
    pipeline_runs = [event for event in ended_events(workspace) if event["data"]["runType"] == PIPELINE_RUN]
    published = [{**event, "id": f"{event['id']} {name}"} for event in pipeline_runs[:events]]
    event_grid.publish(published)
    if end in ("delivered again", "dead-lettered"):
        event_grid.wait_until_failed(len(published))
    if end == "delivered again":
        receiver.troubles = []
    event_grid.deliver()
    was_retried = azure.delivery.counters[MONITOR].retried > before
    kinds = [(found["event_id"], found["type"]) for found in (attributes(log) for _, log in receiver.logs)]
    return {name_end(azure, event["id"], [kind for id_, kind in kinds if id_ == event["id"]], was_retried)
            for event in published}
