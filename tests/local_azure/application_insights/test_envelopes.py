import json
from datetime import timedelta

import pytest
from opencensus.ext.azure.common.protocol import (
    DataPoint, Event, ExceptionData, Message, MetricData, RemoteDependency, Request,
)

from local_azure.application_insights import kept_dimensions
from local_azure.application_insights.envelopes import MAX_ITEM_BYTES, read
from local_azure.application_insights.fields import InvalidItemError


@pytest.fixture
def read_item(key, now):
    return lambda item: read(item, key, now)


@pytest.fixture
def refusal(read_item):
    def refuse(item):
        with pytest.raises(InvalidItemError) as raised:
            read_item(item)
        return str(raised.value)
    return refuse


def test_a_message_is_a_trace(envelope, read_item, now, key):
    message = Message(message="done", severityLevel=3, properties={"run_id": "r1"}, measurements={"n": 2})
    tags = {
        "ai.operation.id": "op", "ai.operation.parentId": "|op.1.", "ai.operation.name": "main",
        "ai.cloud.role": "PipelineRunMonitor", "ai.cloud.roleInstance": "vm", "ai.internal.sdkVersion": "py3",
    }
    [row] = read_item(envelope("MessageData", message, tags=tags))
    assert row.table == "traces"
    assert len(row.values.pop("itemId")) == 36
    assert row.values.pop(kept_dimensions.column("run_id")) == "r1"
    assert row.values == {
        "timestamp": now, "message": "done", "severityLevel": 3, "itemType": "trace", "itemCount": 1, "iKey": key,
        "customDimensions": '{"run_id": "r1"}', "customMeasurements": '{"n": 2.0}', "client_IP": "0.0.0.0",
        "operation_Id": "op", "operation_ParentId": "|op.1.", "operation_Name": "main",
        "cloud_RoleName": "PipelineRunMonitor", "cloud_RoleInstance": "vm", "sdkVersion": "py3",
    }


def test_a_request_has_its_outcome(envelope, read_item):
    request = Request(id="1", duration="0.00:00:01.500", responseCode=404, success=False, name="GET /", url="/")
    [row] = read_item(envelope("RequestData", request))
    assert row.table == "requests"
    expected = {
        "id": "1", "name": "GET /", "url": "/", "resultCode": "404", "success": "False", "duration": 1500.0,
        "performanceBucket": "1sec-3sec", "itemType": "request",
    }
    assert expected.items() <= row.values.items()


@pytest.mark.parametrize("duration, bucket", [
    ("00:00:00.249", "<250ms"), ("00:00:00.250", "250ms-500ms"), ("00:04:59.999", "2min-5min"),
    ("2.00:00:00", ">=5min"),
])
def test_durations_fall_into_the_services_buckets(envelope, read_item, duration, bucket):
    [row] = read_item(envelope("RequestData", Request(id="1", duration=duration, responseCode="200")))
    assert row.values["performanceBucket"] == bucket


def test_a_remote_dependency_is_a_dependency(envelope, read_item):
    dependency = RemoteDependency(
        name="train", id="2", resultCode="0", duration="00:00:00", type="AML step", target="cpu", data="train.py"
    )
    [row] = read_item(envelope("RemoteDependencyData", dependency))
    assert row.table == "dependencies"
    expected = {
        "name": "train", "id": "2", "resultCode": "0", "duration": 0.0, "success": "True", "type": "AML step",
        "target": "cpu", "data": "train.py", "itemType": "dependency",
    }
    assert expected.items() <= row.values.items()


def test_an_event_is_a_custom_event(envelope, read_item):
    [row] = read_item(envelope("EventData", Event(name="run ended", measurements={"ms": 5})))
    assert (row.table, row.values["name"], row.values["itemType"]) == ("customEvents", "run ended", "customEvent")
    assert row.values["customMeasurements"] == '{"ms": 5.0}'


def test_every_metric_of_an_item_is_a_row(envelope, read_item):
    sum_of_three = DataPoint(name="queue", value=9.0, count=3, min=1.0, max=5.0, stdDev=1.5)
    single, sums = read_item(envelope("MetricData", MetricData(metrics=[DataPoint(name="cpu", value=0), sum_of_three])))
    assert (single.table, single.values["itemType"]) == ("customMetrics", "customMetric")
    assert {"value": 0.0, "valueCount": 1, "valueMin": 0.0, "valueMax": 0.0}.items() <= single.values.items()
    assert {
        "name": "queue", "value": 9.0, "valueSum": 9.0, "valueCount": 3, "valueMin": 1.0, "valueMax": 5.0,
        "valueStdDev": 1.5,
    }.items() <= sums.values.items()


def test_an_exception_names_its_outermost_and_innermost_cause(envelope, read_item):
    chain = [
        {"typeName": "RuntimeError", "message": "outer", "parsedStack": [{"level": 0, "method": "main"}]},
        {"typeName": "KeyError", "message": "inner"},
    ]
    [row] = read_item(envelope("ExceptionData", ExceptionData(exceptions=chain, severityLevel=3)))
    assert row.table == "exceptions"
    assert {
        "type": "RuntimeError", "outerType": "RuntimeError", "outerMessage": "outer", "outerMethod": "main",
        "innermostType": "KeyError", "innermostMessage": "inner", "problemId": "RuntimeError at main",
    }.items() <= row.values.items()
    assert json.loads(row.values["details"]) == chain


def test_a_sampled_item_counts_for_those_left_out(trace, read_item):
    assert [read_item(trace(sampleRate=rate))[0].values["itemCount"] for rate in (25, 100, None)] == [4, 1, 1]


def test_every_item_has_an_id_of_its_own(trace, read_item):
    item = trace()
    assert read_item(item)[0].values["itemId"] != read_item(item)[0].values["itemId"]


def test_half_a_surrogate_pair_is_replaced(trace, read_item):
    [row] = read_item(trace("a\ud800b", {"k": "\udc00"}))
    assert (row.values["message"], row.values["customDimensions"]) == ("a\ufffdb", '{"k": "\ufffd"}')


@pytest.mark.parametrize("item", [None, 5, "text", []])
def test_an_item_must_be_an_object(refusal, item):
    assert refusal(item) == "A telemetry item must be a JSON object"


def test_an_item_may_have_65536_bytes_but_no_more(trace, read_item, refusal):
    padding = {f"k{index}": "v" * 8_000 for index in range(7)}
    spare = MAX_ITEM_BYTES - len(json.dumps(trace("", padding)))
    read_item(trace("x" * spare, padding))
    assert refusal(trace("x" * (spare + 1), padding)) == "Telemetry item length must not exceed 65536"


@pytest.mark.parametrize("other", [None, "", "22222222-2222-3333-4444-555555555555"])
def test_another_instrumentation_key_is_refused(trace, refusal, other):
    assert refusal(trace(iKey=other)) == "Invalid instrumentation key"


def test_an_item_is_refused_after_48_hours(trace, read_item, refusal, now):
    read_item(trace(time=(now - timedelta(hours=48)).isoformat()))
    assert refusal(trace(time=(now - timedelta(hours=48, milliseconds=7)).isoformat())) == (
        "103: Field 'time' on type 'Envelope' is older than the allowed min date."
        " Expected: now - 172800000ms, Actual: now - 172800007ms"
    )


@pytest.mark.parametrize("missing", ["name", "time"])
def test_an_envelope_needs_its_name_and_time(trace, refusal, missing):
    assert refusal(trace(**{missing: ""})).startswith(f"109: Field '{missing}' on type 'Envelope' is required")


@pytest.mark.parametrize("base_type, missing", [
    ("MessageData", "message"), ("EventData", "name"), ("MetricData", "metrics"), ("ExceptionData", "exceptions"),
    ("RequestData", "id"), ("RemoteDependencyData", "name"),
])
def test_data_without_a_required_field_is_refused(envelope, refusal, base_type, missing):
    text = refusal(envelope(base_type, {}))
    assert text.startswith(f"109: Field '{missing}' on type '{base_type}' is required but missing or empty.")


def test_an_unknown_type_of_data_is_refused(envelope, refusal):
    assert refusal(envelope("NoData", {})).endswith("Actual: NoData")


def test_a_tag_has_a_limit(trace, refusal):
    assert refusal(trace(tags={"ai.operation.name": "x" * 1_169})) == (
        "100: Field 'ai.operation.name' on type 'ContextTagKeys' is too long. Expected: 1024 characters, Actual: 1169"
    )
