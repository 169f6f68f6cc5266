"""Loading a function app and running its functions."""
import json
import logging

import azure.functions
import pytest

from local_azure.functions_host.models import RUNNING_FUNCTION, FunctionLoadError, InvocationError

EVENT = json.dumps({
    "id": "1", "topic": "/t", "subject": "s", "eventType": "Happened", "eventTime": "2022-10-05T18:06:43.9584103Z",
    "data": {"runId": "r"}, "dataVersion": ""})
CLOUD_EVENT = json.dumps({"specversion": "1.0", "id": "1", "source": "/t", "type": "Happened", "data": {"runId": "r"}})


def recorder(annotation):
    return f"""
@app.event_grid_trigger(arg_name="event")
def Record(event{annotation}):
    received.append(event)
"""


@pytest.mark.parametrize("annotation", [": str", ": bytes"])
@pytest.mark.parametrize("text", [EVENT, CLOUD_EVENT, f"[{EVENT}]", "no JSON"])
def test_a_text_parameter_receives_the_text_as_it_is(load, annotation, text):
    app, received = load(recorder(annotation))
    app.functions["Record"].invoke(text)
    assert received == [text]


@pytest.mark.parametrize("annotation", ["", ": func.EventGridEvent"])
def test_other_parameters_receive_an_event_object(load, annotation):
    app, received = load(recorder(annotation))
    app.functions["Record"].invoke(EVENT)
    assert isinstance(received[0], azure.functions.EventGridEvent)
    assert (received[0].event_type, received[0].get_json()) == ("Happened", {"runId": "r"})


def test_a_cloud_event_parameter_receives_a_cloud_event(load):
    app, received = load(recorder(": func.CloudEvent"))
    app.functions["Record"].invoke(CLOUD_EVENT)
    assert isinstance(received[0], azure.functions.CloudEvent) and received[0].type == "Happened"


def test_what_the_library_cannot_convert_is_a_failed_invocation(load):
    app, received = load(recorder(": func.EventGridEvent"))
    with pytest.raises(InvocationError, match="Functions.Record"):
        app.functions["Record"].invoke("no JSON")
    assert received == []


def test_an_exception_names_the_function_and_is_logged(load, caplog):
    app, _ = load("""
@app.event_grid_trigger(arg_name="event")
def Fail(event: str):
    raise ValueError("no such\\nrun")
""")
    with pytest.raises(InvocationError, match="^Exception while executing function: Functions.Fail$") as raised:
        app.functions["Fail"].invoke(EVENT)
    assert raised.value.reason == "no such\nrun"
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert r"no such\nrun" in record.getMessage() and record.exc_info


def test_a_function_that_would_end_its_worker_fails_as_any_other(load):
    app, _ = load("""
@app.event_grid_trigger(arg_name="event")
def Leave(event: str):
    raise SystemExit
""")
    with pytest.raises(InvocationError, match="^Exception while executing function: Functions.Leave$") as raised:
        app.functions["Leave"].invoke(EVENT)
    assert raised.value.reason == "SystemExit"


def test_a_returned_value_is_a_failure(load):
    app, _ = load("""
@app.event_grid_trigger(arg_name="event")
def Answer(event: str):
    return event
""")
    with pytest.raises(InvocationError) as raised:
        app.functions["Answer"].invoke(EVENT)
    assert "returned a value" in raised.value.reason


def test_the_running_function_is_known_while_it_runs(load):
    app, received = load("""
from local_azure.functions_host.models import RUNNING_FUNCTION
@app.event_grid_trigger(arg_name="event")
def Look(event: str):
    received.append(RUNNING_FUNCTION.get())
""")
    app.functions["Look"].invoke(EVENT)
    assert (received, RUNNING_FUNCTION.get()) == (["Look"], "host")


def test_a_function_goes_by_the_name_it_was_given(load):
    app, _ = load("""
@app.function_name("PipelineRunMonitor")
@app.event_grid_trigger(arg_name="event")
def main(event: str):
    pass
""")
    function = app.functions["PipelineRunMonitor"]
    assert function.name == "PipelineRunMonitor" and not function.takes_batch
    assert function.bindings == ({"type": "eventGridTrigger", "name": "event", "direction": "IN"},)


def test_a_binding_of_many_events_takes_batches(load):
    app, _ = load("""
@app.event_grid_trigger(arg_name="event", cardinality="many")
def Batch(event: str):
    pass
""")
    assert app.functions["Batch"].takes_batch


def test_functions_with_other_triggers_are_left_out(load):
    app, _ = load(recorder(": str") + """
@app.queue_trigger(arg_name="message", queue_name="q", connection="c")
def Read(message: func.QueueMessage):
    pass
""")
    assert list(app.functions) == ["Record"]


def test_timer_s_function_gets_a_timer_request(load):
    app, received = load(recorder(": str") + """
@app.timer_trigger(arg_name="timer", schedule="0 * * * * *")
def Tick(timer: func.TimerRequest):
    received.append(timer.past_due)
""")
    app.functions["Tick"].invoke('{"IsPastDue": true, "Schedule": {}, "ScheduleStatus": {}}')
    assert received == [True]


@pytest.mark.parametrize("source", [
    recorder(": dict"),
    recorder(": str").replace("def", "async def"),
    recorder(": str, context"),
    recorder(": str").replace('"event"', '"other"'),
    recorder(": str") + "other_app = func.FunctionApp()",
    "app = None",
])
def test_an_app_that_this_host_cannot_run_is_refused(load, source):
    with pytest.raises(FunctionLoadError):
        load(source)
