"""The fault matrix: every fault of Azure Machine Learning, of ingestion and of identity, for single events and batches.

Each of three events ends as exactly one of recorded at the first delivery, delivered again and then recorded, recorded
as refused, or dead-lettered; none is lost and none is recorded twice. Both ways of reading meet each fault. A fault
passes, lasts for a while or for ever: how long goes round, so that each fault lasts so long in one way of delivering
and otherwise in another. Event Grid's clock stands still until every first delivery has failed, so that nothing hangs
on how fast this machine is.
"""
import json
from dataclasses import dataclass

import pytest

from local_azure.clock import ManualClock
from local_azure.cloud import LocalAzure
from local_azure.commands.publishing import publish
from local_azure.control.models import Fault
from local_azure.options import Options
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import ARM_ID
from local_azure.subscriptions import MONITOR
from PipelineRunMonitor.settings import AZUREML, OTLP, REST

EVENTS = 3
FOREVER = 1_000
PATIENCE_SECONDS = 60
NEXT_ATTEMPT_SECONDS = 600  # Event Grid makes the second attempt sooner, whatever the first one ended with
AZURE_ML_ERROR = json.dumps({"error": {"code": "ServiceError", "message": "injected"}})
PIPELINE_RUN = "azureml.PipelineRun"  # has no parent, which would be asked for by the same route
JSON = {"Content-Type": "application/json"}
RUN = f"GET /history/v1.0{ARM_ID}/runs/{{run_id}}"
DETAILS = f"GET /history/v1.0{ARM_ID}/experimentids/{{experiment}}/runs/{{run_id}}/details"
FAILED_STEPS = f"POST /history/v1.0{ARM_ID}/experimentids/{{experiment}}/runs:query"


@dataclass(frozen=True)
class Case:
    """A fault, and how the events end. It lasts for so many requests, and no longer than `end` tells."""

    name: str
    fault: dict
    end: str
    times: int = FOREVER
    events: int = EVENTS


def machine_learning(status=500, **fault):
    """Of one route, because requests go out together and the fault of a case may be gone after one."""
    return {"service": "machine_learning", "status": status, "body": AZURE_ML_ERROR, "headers": JSON, "route": RUN,
            **fault}


def ingestion(status=500, **fault):
    return {"service": "application_insights", "status": status, **fault}


def lasting(name, fault):
    return Case(f"{name} for ever", fault, "dead-lettered")


def passing(name, fault):
    """Gone by the second request: the function's own retry is enough."""
    return Case(f"{name} once", fault, "recorded", times=1)


def longer(name, fault):
    """Outlasts the first delivery of every event, with all the function's retries, and no more."""
    return Case(f"{name} for a while", fault, "delivered again")


NOT_RETRIED_BY_THE_FUNCTION = [
    ("run history 401", machine_learning(401)), ("run history 403", machine_learning(403)),
    ("run history 404", machine_learning(404)),
    ("run history 429 with a long Retry-After", machine_learning(429, headers={**JSON, "Retry-After": "60"})),
    ("ingestion 401", ingestion(401)), ("ingestion 403", ingestion(403)), ("ingestion 402", ingestion(402)),
    ("ingestion 439", ingestion(439)), ("ingestion 404", ingestion(404)),
    ("ingestion takes no keys", ingestion(400, body='{"error": "Authentication not supported"}')),
    ("ingestion 429 with a long Retry-After", ingestion(429, headers={"Retry-After": "60"})),
    ("ingestion redirects in a circle", ingestion(307, headers={"Location": "/v2.1/track"})),
    ("ingestion redirects nowhere", ingestion(308)),
    ("ingestion takes a part, quota", ingestion(402, kind="part")),
]
RETRIED_BY_THE_FUNCTION = [
    ("run history 429", machine_learning(429)), ("run history 500", machine_learning(500)),
    ("run history 503", machine_learning(503)), ("run history is reset", machine_learning(kind="reset")),
    ("run history answers half", machine_learning(kind="half")),
    ("run history answers no JSON", machine_learning(200, body="<html>", headers={"Content-Type": "text/html"})),
    ("ingestion 408", ingestion(408)), ("ingestion 429", ingestion(429)), ("ingestion 500", ingestion(500)),
    ("ingestion 502", ingestion(502)), ("ingestion 503", ingestion(503)), ("ingestion 504", ingestion(504)),
    ("ingestion is reset", ingestion(kind="reset")), ("ingestion answers no JSON", ingestion(200, body="<html>")),
    ("ingestion takes a part, throttled", ingestion(429, kind="part")),
]
FAULTS = [
    *((fault, (lasting, longer)) for fault in NOT_RETRIED_BY_THE_FUNCTION),
    *((fault, (lasting, passing, longer)) for fault in RETRIED_BY_THE_FUNCTION)]
"""Each with how long it may last."""
OTHER_CASES = [
    # What is read beside the run costs only what it would have told: test_optional_reads.py has more.
    Case("details 503 for ever", machine_learning(503, route=DETAILS), "recorded"),
    Case("failed steps 503 for ever", machine_learning(503, route=FAILED_STEPS), "recorded"),
    Case("ingestion refuses a record for good", ingestion(400, kind="part"), "refused", times=1, events=1),
    Case("ingestion refuses everything for good", ingestion(400, body="bad"), "dead-lettered"),
]
HANGING = [
    longer("run history hangs", machine_learning(kind="hang", seconds=5)),
    lasting("ingestion hangs", ingestion(kind="hang", seconds=5)),
]


class EventGrid:
    """A local Azure and the clock of its Event Grid."""

    def __init__(self, azure, clock):
        self.azure, self._clock = azure, clock

    def publish(self, events):
        publish(self.azure.endpoints, events)

    def wait_until_failed(self, count):
        """Until so many events wait to be delivered again."""
        assert self._clock.wait_for_sleepers(count, PATIENCE_SECONDS)

    def deliver(self):
        """Until every event is recorded or given up."""
        for _ in range(PATIENCE_SECONDS):
            self._clock.advance(NEXT_ATTEMPT_SECONDS)
            if self.azure.drained(1):
                return
        raise AssertionError("there are events that are neither delivered nor given up")


def opened(folder, workspace, run_reader, seconds, *, receiver=None, refuses_keys=False, **subscription):
    """A local Azure whose function has opened its workspace; a delivery may take that long. Records go to the receiver
    of OTLP if there is one."""
    clock = ManualClock()
    store = {"RECORD_STORE": OTLP, "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url} if receiver else {}
    settings = {"RUN_READER": run_reader, "DELIVERY_TIMEOUT_SECONDS": str(seconds), **store}
    options = Options(clock=clock, settings=settings, subscription=subscription, refuses_keys=refuses_keys)
    with LocalAzure(folder, workspace, options) as azure:
        event_grid = EventGrid(azure, clock)
        for attempt in range(10):  # on a busy machine one delivery may not be long enough
            event_grid.publish([{**ended_events(workspace)[-1], "id": f"to open the workspace {attempt}"}])
            event_grid.deliver()
            if receiver.logs if receiver else azure.store.counts()["traces"]:
                break
        yield event_grid


@pytest.fixture(scope="module", params=range(3), ids=[
    "single events, rest", "a batch, azureml", "a batch, rest, sent with a token"])
def way(request):
    return request.param


@pytest.fixture(scope="module")
def event_grid(way, tmp_path_factory, sample_workspace):
    """With two attempts, and all the time that a busy machine may need for one."""
    batch, refuses_keys, run_reader = [(1, False, REST), (EVENTS, False, AZUREML), (EVENTS, True, REST)][way]
    yield from opened(tmp_path_factory.mktemp("local_azure"), sample_workspace, run_reader, 25,
                      refuses_keys=refuses_keys, max_delivery_attempts=2, max_events_per_batch=batch)


@pytest.fixture(scope="module", params=[(1, AZUREML), (EVENTS, REST)], ids=["single events, azureml", "a batch, rest"])
def hurried(request, tmp_path_factory, sample_workspace):
    """With little time for an attempt, and so with one attempt more."""
    batch, run_reader = request.param
    yield from opened(tmp_path_factory.mktemp("local_azure"), sample_workspace, run_reader, 4, max_delivery_attempts=3,
                      max_events_per_batch=batch)


@pytest.fixture
def azure(event_grid):
    return event_grid.azure


@pytest.mark.parametrize("place", range(len(FAULTS)), ids=lambda place: FAULTS[place][0][0])
def test_no_event_is_lost_or_recorded_twice_however_long_a_fault_lasts(event_grid, sample_workspace, way, place):
    fault, lengths = FAULTS[place]
    lasts = lengths[(place + way) % len(lengths)]
    assert_all_end(event_grid, sample_workspace, lasts(*fault))


@pytest.mark.parametrize("case", OTHER_CASES, ids=lambda case: case.name)
def test_no_event_is_lost_or_recorded_twice(event_grid, sample_workspace, case):
    assert_all_end(event_grid, sample_workspace, case)


@pytest.mark.parametrize("case", HANGING, ids=lambda case: case.name)
def test_a_service_that_does_not_answer_is_not_waited_for(hurried, sample_workspace, case):
    assert_all_end(hurried, sample_workspace, case)


def assert_all_end(event_grid, sample_workspace, case):
    azure = event_grid.azure
    azure.store.clear()
    azure.traffic.reset()
    before = azure.delivery.counters[MONITOR].retried
    azure.traffic.inject(Fault(times=case.times, **case.fault))
    pipeline_runs = [event for event in ended_events(sample_workspace) if event["data"]["runType"] == PIPELINE_RUN]
    events = [{**event, "id": f"{event['id']} {case.name}"} for event in pipeline_runs[:case.events]]
    event_grid.publish(events)
    if case.end in ("delivered again", "dead-lettered"):
        event_grid.wait_until_failed(len(events))
    if case.end == "delivered again":
        azure.traffic.reset()
    event_grid.deliver()
    was_retried = azure.delivery.counters[MONITOR].retried > before
    ends = {event["id"]: end_of(azure, event["id"], was_retried) for event in events}
    assert (case.name, ends) == (case.name, {event["id"]: case.end for event in events})


def end_of(azure, event_id, was_retried):
    """How an event ended; a text that is no end when it was lost, or more than one thing became of it."""
    recorded = azure.store.query(
        "traces | project tostring(customDimensions.event_id), tostring(customDimensions.type)")
    return name_end(azure, event_id, [kind for found, kind in recorded.rows if found == event_id], was_retried)


def name_end(azure, event_id, kinds, was_retried):
    """`kinds` are those of its records."""
    found = [*kinds]
    found += ["dead-lettered" for file in azure.dead_letter_folder.rglob("*.json")
              for event in json.loads(file.read_text()) if event["id"] == event_id]
    ends = {"run_detail": "delivered again" if was_retried else "recorded", "invalid_event": "refused"}
    return " and ".join(ends.get(end, end) for end in found) or "lost"


def test_identity_that_gives_no_token_for_a_while(event_grid, azure, sample_workspace):
    azure.store.clear()
    azure.traffic.reset()
    azure.restart_functions_host()  # its credential keeps a token for a day
    azure.traffic.inject(Fault("identity", kind="reset", times=FOREVER))  # after a 500 MSAL would not ask for a minute
    event_grid.publish([{**ended_events(sample_workspace)[0], "id": "without a token"}])
    event_grid.wait_until_failed(1)
    azure.traffic.reset()
    event_grid.deliver()
    assert end_of(azure, "without a token", was_retried=True) == "delivered again"


@pytest.mark.parametrize("change", [
    {"runNumber": None, "name": None, "createdUtc": None, "createdBy": None, "tags": None, "properties": None},
    {"status": "Evaporated"}, {"parentRunId": "gone", "rootRunId": "gone"},
    {"dataContainerId": None, "runType": None, "startTimeUtc": None}])
def test_run_of_which_parts_are_missing_is_recorded_with_what_there_is(azure, sample_workspace, change):
    azure.store.clear()
    azure.traffic.reset()
    [event] = ended_events(sample_workspace)[:1]
    history = azure.history.workspace(sample_workspace.arm_id)
    run = history.run(event["data"]["runId"])
    event_id = f"with {json.dumps(change)}"
    try:
        history.put(type(run)({**run.record, **change}, run.details, run.log_files))
        publish(azure.endpoints, [{**event, "id": event_id}])
        assert azure.drained(60)
    finally:
        history.put(run)
    [(recorded,)] = azure.store.query("traces | project customDimensions").rows
    found = json.loads(recorded)
    assert (found["type"], found["run_id"], found["event_id"]) == ("run_detail", run.id, event_id)
    assert "None" not in found.values()
