"""What holds for every input: nothing is raised outside the tree of errors, everything fits, no secret leaves.

More than 10,000 generated inputs in all; hypothesis prints the smallest one that breaks a property.
"""
import hashlib
import json
import string
from concurrent.futures import Future
from datetime import datetime, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azure_access.errors import SettingsError
from azure_access.workspaces import WorkspaceId
from PipelineRunMonitor.events.parsing import RUN_STATUS_CHANGED, InvalidEvent, OtherEvent, RunEvent, parse
from PipelineRunMonitor.monitor import Monitor
from PipelineRunMonitor.records import texts
from PipelineRunMonitor.records.record import invalid_event, run_detail
from PipelineRunMonitor.runs.snapshots import RunSnapshot, RunSummary
from PipelineRunMonitor.settings import Settings
from PipelineRunMonitor.stores.sinks import Sending
from redaction.redactor import redact

SAMPLE = WorkspaceId("s", "g", "w")
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}

any_text = st.text(max_size=40) | st.text(alphabet="\ud800\udfff\0\"\\{}[]=?&;:/- \n", max_size=20)
scalar = st.none() | st.booleans() | st.integers() | st.floats() | any_text
any_json = st.recursive(
    scalar, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4), max_leaves=12)

NAMES_OF_AN_EVENT = ("id", "topic", "source", "subject", "eventType", "type", "event_type", "eventTime", "time", "data",
                     "specversion")
NAMES_OF_DATA = ("runId", "runStatus", "runType", "experimentId", "experimentName", "runTags", "runProperties")
NAMES_OF_DETAILS = ("runId", "status", "startTimeUtc", "endTimeUtc", "target", "properties", "inputDatasets",
                    "logFiles", "outputDatasets", "runDefinition", "error", "warnings", "services", "submittedBy")


def good_event():
    return {"id": "e1", "topic": SAMPLE.arm_id, "eventType": RUN_STATUS_CHANGED,
            "eventTime": "2022-10-05T18:06:43.9584103Z", "data": {
                "runId": "r1", "runStatus": "Failed", "experimentId": "x", "experimentName": "n", "runTags": {},
                "runProperties": {"StepType": "PythonScriptStep"}}}


@st.composite
def damaged_events(draw):
    """An event of which any part is replaced by anything, alone or in a batch."""
    event = good_event()
    for name in draw(st.lists(st.sampled_from(NAMES_OF_AN_EVENT), max_size=3)):
        event[name] = draw(any_json)
    for name in draw(st.lists(st.sampled_from(NAMES_OF_DATA), max_size=3)):
        if isinstance(event["data"], dict):
            event["data"][name] = draw(any_json)
    return draw(st.sampled_from([event, [event], [event, event, 5]]))


def snapshot_of(event, details):
    return RunSnapshot(event.workspace, RunSummary(event.run_id, status="Failed"), None, event.run_id, None, None, None,
                       datetime(2022, 10, 5, tzinfo=timezone.utc), None, details=details)


def assert_fits(record):
    assert record.message
    assert texts.count_units(record.message) <= 32_768
    assert all(isinstance(value, str) and value and texts.count_units(value) <= 8_192
               for value in record.dimensions.values())
    item = json.dumps({"message": record.message, "properties": dict(record.dimensions)}, ensure_ascii=False)
    assert len(item.encode()) <= 64_000  # encode() also fails for what UTF-8 cannot carry


@given(st.text(max_size=200) | any_json.map(lambda value: json.dumps(value)))
@settings(max_examples=500, **CALM)
def test_any_text_is_some_events(text):
    found = parse(text, [SAMPLE])
    assert found
    assert all(isinstance(event, (RunEvent, OtherEvent, InvalidEvent)) for event in found)
    for event in found:
        if isinstance(event, InvalidEvent):
            assert_fits(invalid_event(event))


class Runs:
    def read_all(self, events, make, deadline):
        for event in events:
            reading = Future()
            try:
                reading.set_result(make(event, snapshot_of(event, dict(event.properties))))
            except Exception as exc:
                reading.set_exception(exc)
            yield reading


class Sent:
    def __init__(self):
        self.records = []

    def send(self, found, deadline):
        self.records += found
        return Sending()


@given(damaged_events())
@settings(max_examples=500, **CALM)
def test_any_damage_to_an_event_ends_in_records_that_fit(body):
    sent = Sent()
    monitor_settings = Settings.from_environment({
        "SUBSCRIPTION_ID": "s", "RESOURCE_GROUP": "g", "WORKSPACE_NAME": "w",
        "APP_INSIGHTS_CONNECTION_STRING": "InstrumentationKey=11111111-2222-3333-4444-555555555555"})
    Monitor(monitor_settings, Runs(), sent).handle(json.dumps(body))
    for record in sent.records:
        assert_fits(record)


# The beginning tells a planted secret from whatever else is generated.
secret_text = st.text(string.ascii_letters + string.digits, min_size=30, max_size=34).map("P1anted".__add__)


def hexadecimal(secret):
    return hashlib.md5(secret.encode()).hexdigest()


HIDING_PLACES = [
    lambda s: {"url": f"https://a.blob.core.windows.net/c/f.txt?sv=2019-07-07&sr=b&sig={s}%3D&sp=r"},
    lambda s: {"note": f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={s}==;EndpointSuffix=e.net"},
    lambda s: {"note": f"Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={s}="},
    lambda s: {"error": f"401 for Authorization: Bearer {s}"},
    lambda s: {"error": f"bad token eyJhbGciOiJIUzI1NiJ9.{s}.{s}"},
    lambda s: {"command": f"python train.py --db-password {s} --epochs 3"},
    lambda s: {"arguments": ["--epochs", "3", "--db-password", s]},
    lambda s: {"arguments": [f"--api-key={s}"]},
    lambda s: {"repository": f"https://builder:{s}@example.com/repo.git"},
    lambda s: {"note": f"-----BEGIN PRIVATE KEY-----\n{s}\n-----END PRIVATE KEY-----"},
    lambda s: {"note": f"use ghp_{s} to push"},
    lambda s: {"note": f"host dapi{hexadecimal(s)}"},
    lambda s: {"environmentVariables": {"MODE": "fast", "WAREHOUSE_PASSWORD": s}},
    lambda s: {"connectionString": s},
    lambda s: {"client_secret": {"value": s}},
    lambda s: {"arguments": ["--primary-key", s, "--db-password=", s]},
    lambda s: {"variables": [{"name": "DB_PASSWORD", "value": s}]},
    lambda s: {"error": f"hf_{s} xoxb-{s} AIza{s} sk_live_{s} https://a.net/api?code={s}"},
    lambda s: {"error": f"host dkea{hexadecimal(s)}"},
    lambda s: {"log": f"db_password: {s}"},
    lambda s: {"azureml.parameters": json.dumps({"harmless_name": s})},
]


@st.composite
def details_with_a_secret(draw):
    """Run details that hide a secret somewhere, inside JSON texts too; with the secret."""
    secret = draw(secret_text)
    hidden = draw(st.sampled_from(HIDING_PLACES))(secret)
    for _ in range(draw(st.integers(0, 2))):
        hidden = draw(st.sampled_from([
            lambda value: {"config": json.dumps(value)}, lambda value: {"list": [1, value]},
            lambda value: {"nested": value, "other": "x"}]))(hidden)
    details = draw(st.dictionaries(st.sampled_from(NAMES_OF_DETAILS), any_json, max_size=5))
    details[draw(st.sampled_from(NAMES_OF_DETAILS))] = hidden
    return details, secret


@given(details_with_a_secret())
@settings(max_examples=600, **CALM)
def test_any_details_become_a_message_that_parses_and_fits_and_keeps_no_secret(generated):
    details, secret = generated
    [event] = parse(json.dumps(good_event()), [SAMPLE])
    record = run_detail(event, snapshot_of(event, details))
    assert_fits(record)
    assert isinstance(json.loads(record.message), dict)
    leaving = record.message + json.dumps(record.dimensions)
    assert secret not in leaving and hexadecimal(secret) not in leaving


@given(any_json)
@settings(max_examples=400, **CALM)
def test_redaction_is_settled_after_one_pass(value):
    once = redact(value)
    assert json.dumps(redact(once)) == json.dumps(once)


@given(st.lists(st.sampled_from([
    "InstrumentationKey=11111111-2222-3333-4444-555555555555", "IngestionEndpoint=https://e.com/", "IngestionEndpoint=",
    "EndpointSuffix=ai.com", "Location=w", "Authorization=aad", "=", ";", "a=b=c", "InstrumentationKey"]) | any_text,
    max_size=5).map(";".join))
@settings(max_examples=400, **CALM)
def test_any_connection_string_is_understood_or_refused_with_the_name_of_the_setting(text):
    try:
        found = Settings.from_environment({"SUBSCRIPTION_ID": "s", "RESOURCE_GROUP": "g", "WORKSPACE_NAME": "w",
                                           "APP_INSIGHTS_CONNECTION_STRING": text})
    except SettingsError as exc:
        assert "APP_INSIGHTS_CONNECTION_STRING" in str(exc)
    else:
        assert found.ingestion.endpoint.startswith("https://") and not found.ingestion.endpoint.endswith("/")
