"""The fault matrix: every fault of Azure Machine Learning, of ingestion and of identity, for single events and batches.

Each of three events ends as exactly one of recorded at the first delivery, delivered again and then recorded, recorded
as refused, or dead-lettered; none is lost and none is recorded twice. Event Grid's clock runs 20,000 times faster than
the wall's, so that its ten seconds are half a millisecond; the delivery's own time limit is three seconds.
"""
import json
from dataclasses import dataclass

import pytest

from local_azure.clock import ScaledClock
from local_azure.cloud import SUBSCRIPTION, LocalAzure, Options
from local_azure.commands.publishing import publish
from local_azure.control.models import Fault
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import ARM_ID

ATTEMPTS_OF_EVENT_GRID = 2
ATTEMPTS_OF_THE_FUNCTION = 3
EVENTS = 3
FOREVER = 1_000
AZURE_ML_ERROR = json.dumps({"error": {"code": "ServiceError", "message": "injected"}})
PIPELINE_RUN = "azureml.PipelineRun"  # has no parent, which would be asked for by the same route
JSON = {"Content-Type": "application/json"}
RUN = f"GET /history/v1.0{ARM_ID}/runs/{{run_id}}"
DETAILS = f"GET /history/v1.0{ARM_ID}/experimentids/{{experiment}}/runs/{{run_id}}/details"
FAILED_STEPS = f"POST /history/v1.0{ARM_ID}/experimentids/{{experiment}}/runs:query"


@dataclass(frozen=True)
class Case:
    """A fault, how long it lasts, and how the events end."""

    name: str
    fault: dict
    end: str
    times: int = FOREVER
    events: int = EVENTS

    def inject(self, azure):
        azure.traffic.inject(Fault(times=self.times, **self.fault))


def machine_learning(status=500, **fault):
    """Of one route, because requests go out together and the faults of a case are counted."""
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
    """Outlasts the function's retries for one delivery of every event, and no more."""
    return Case(f"{name} for a while", fault, "delivered again", times=ATTEMPTS_OF_THE_FUNCTION * EVENTS)


NOT_RETRIED_BY_THE_FUNCTION = [
    ("run history 401", machine_learning(401)), ("run history 403", machine_learning(403)),
    ("run history 404", machine_learning(404)),
    ("run history 429 with a long Retry-After", machine_learning(429, headers={**JSON, "Retry-After": "60"})),
    ("ingestion 401", ingestion(401)), ("ingestion 403", ingestion(403)), ("ingestion 402", ingestion(402)),
    ("ingestion 439", ingestion(439)), ("ingestion 404", ingestion(404)),
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
CASES = [
    *(lasting(*fault) for fault in NOT_RETRIED_BY_THE_FUNCTION + RETRIED_BY_THE_FUNCTION),
    *(passing(*fault) for fault in RETRIED_BY_THE_FUNCTION),
    *(longer(*fault) for fault in RETRIED_BY_THE_FUNCTION),
    *(Case(f"{name} once each", fault, "delivered again", times=EVENTS)
      for name, fault in NOT_RETRIED_BY_THE_FUNCTION if "part" not in name and "circle" not in name),
    # What is read beside the run costs only what it would have told: test_optional_reads.py has more.
    Case("details 503 for ever", machine_learning(503, route=DETAILS), "recorded"),
    Case("failed steps 503 for ever", machine_learning(503, route=FAILED_STEPS), "recorded"),
    Case("run history hangs", machine_learning(kind="hang", seconds=4), "delivered again", times=EVENTS),
    lasting("ingestion hangs", ingestion(kind="hang", seconds=4)),
    Case("ingestion refuses a record for good", ingestion(400, kind="part"), "refused", times=1, events=1),
    Case("ingestion refuses everything for good", ingestion(400, body="bad"), "dead-lettered"),
]


@pytest.fixture(scope="module", params=[1, EVENTS], ids=["single events", "a batch"])
def azure(request, tmp_path_factory, sample_workspace):
    options = Options(
        clock=ScaledClock(20_000), settings={"DELIVERY_TIMEOUT_SECONDS": "3"},
        subscription={"max_events_per_batch": request.param, "max_delivery_attempts": ATTEMPTS_OF_EVENT_GRID})
    with LocalAzure(tmp_path_factory.mktemp("local_azure"), sample_workspace, options) as local_azure:
        open_workspace(local_azure, sample_workspace)
        yield local_azure


def open_workspace(azure, sample_workspace):
    """Until a run is recorded: on a busy machine opening the workspace may take longer than a delivery may."""
    for attempt in range(10):
        publish(azure.endpoints, [{**ended_events(sample_workspace)[-1], "id": f"to open the workspace {attempt}"}])
        assert azure.drained(30)
        if azure.store.counts()["traces"]:
            return


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_event_is_lost_or_recorded_twice(azure, sample_workspace, case):
    azure.store.clear()
    azure.traffic.reset()
    before = azure.delivery.counters[SUBSCRIPTION].retried
    case.inject(azure)
    pipeline_runs = [event for event in ended_events(sample_workspace) if event["data"]["runType"] == PIPELINE_RUN]
    events = [{**event, "id": f"{event['id']} {case.name}"} for event in pipeline_runs[:case.events]]
    publish(azure.endpoints, events)
    assert azure.drained(60)
    was_retried = azure.delivery.counters[SUBSCRIPTION].retried > before
    ends = {event["id"]: end_of(azure, event["id"], was_retried) for event in events}
    assert ends == {event["id"]: case.end for event in events}


def end_of(azure, event_id, was_retried):
    """How an event ended; a text that is no end when it was lost, or more than one thing became of it."""
    query = f"traces | where customDimensions.event_id == '{event_id}' | project tostring(customDimensions.type)"
    found = [kind for kind, in azure.store.query(query).rows]
    found += ["dead-lettered" for file in azure.dead_letter_folder.rglob("*.json")
              for event in json.loads(file.read_text()) if event["id"] == event_id]
    ends = {"run_detail": "delivered again" if was_retried else "recorded", "invalid_event": "refused"}
    return " and ".join(ends.get(end, end) for end in found) or "lost"


def test_identity_that_gives_no_token_for_a_while(azure, sample_workspace):
    azure.store.clear()
    azure.traffic.reset()
    azure.restart_functions_host()  # its credential keeps a token for a day
    azure.traffic.inject(Fault("identity", kind="reset", times=2))  # for a 500 MSAL would not ask again for a minute
    events = [{**ended_events(sample_workspace)[0], "id": "without a token"}]
    publish(azure.endpoints, events)
    assert azure.drained(60)
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
