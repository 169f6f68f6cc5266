"""Records over OTLP: the trace of a pipeline run, and a receiver that misbehaves."""
import pytest

from local_azure.commands.publishing import publish
from local_azure.functions_host.routes import read_reason
from local_azure.scenarios.events import ended_events
from PipelineRunMonitor.settings import OTLP
from tests.otlp_receiver import Trouble, attributes, partial

pytestmark = pytest.mark.parametrize("store", [OTLP])


@pytest.fixture
def events(sample_workspace):
    """Of a pipeline run that failed and of its steps."""
    run = next(run for run in sample_workspace.runs
               if run.record["runType"] == "azureml.PipelineRun" and run.record["status"] == "Failed")
    return [event for event in ended_events(sample_workspace) if run.id in (
        event["data"]["runId"], event["data"]["runTags"].get("azureml.pipelinerunid"))]


@pytest.fixture
def event(events, request):
    """Under an id of its own: a worker records an event once."""
    return {**events[0], "id": f"{events[0]['id']} {request.node.name}"}


def test_a_pipeline_run_and_its_steps_are_one_trace_with_their_true_times(azure, otlp_receiver, records, events):
    publish(azure.endpoints, events)
    assert azure.drained(30)
    spans = [span for _, span in otlp_receiver.spans]
    [root] = [span for span in spans if not span.parent_span_id]
    assert len(spans) == len(records()) == len(events)
    assert {span.parent_span_id for span in spans} == {b"", root.span_id}
    assert len({span.trace_id for span in spans}) == 1
    times = {record["run_id"]: int(record["start_time_utc_ms"]) for record in records()}
    assert {attributes(span)["run_id"]: span.start_time_unix_nano // 1_000_000 for span in spans} == times


@pytest.mark.parametrize("troubles, recorded", [
    ([Trouble(503), Trouble(429)], 1), ([Trouble(), Trouble(504)], 1), ([Trouble(500)], 1), ([Trouble(401)], 1)])
def test_an_event_is_delivered_again_until_the_receiver_has_its_record(
        azure, otlp_receiver, records, event, troubles, recorded):
    otlp_receiver.troubles = troubles
    publish(azure.endpoints, [event])
    assert azure.drained(30)
    assert len(records()) == recorded


def test_a_record_that_is_rejected_is_recorded_as_refused(otlp_receiver, call_function, records, event):
    otlp_receiver.troubles = [Trouble(200, partial(1, "no room for 40 attributes"))]
    assert call_function([event]).status_code == 202
    [note] = records("invalid_event")
    assert note["reason"] == "refused by the OpenTelemetry backend: no room for 40 attributes"
    assert note["run_id"] == event["data"]["runId"] and records() == []


def test_a_receiver_that_refuses_is_an_error_with_its_cure(otlp_receiver, call_function, records, event):
    otlp_receiver.troubles = [Trouble(403)]
    answer = call_function([event])
    assert answer.status_code == 500
    assert "the OpenTelemetry backend did not accept every record: HTTP 403" in read_reason(answer.headers)
    assert records() == []
