"""Telemetry envelopes, as Application Insights SDKs send them, turned into rows of the service's tables.

Pure: no clock and no database. The limits are those of "Application Insights telemetry data model" and of "Azure
Monitor service limits"; an item beyond one of them is refused as a whole, as the service does.
"""
import json
import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local_azure.application_insights.fields import Fields, InvalidItemError, well_formed
from local_azure.application_insights.kept_dimensions import values as kept_values
from local_azure.application_insights.schema import KEPT

MAX_ITEM_BYTES = 65_536
MAX_AGE = timedelta(hours=48)

_TAGS = {  # column: the tag that fills it and its limit in characters
    "operation_Name": ("ai.operation.name", 1024),
    "operation_Id": ("ai.operation.id", 128),
    "operation_ParentId": ("ai.operation.parentId", 512),
    "operation_SyntheticSource": ("ai.operation.syntheticSource", 1024),
    "session_Id": ("ai.session.id", 64),
    "user_Id": ("ai.user.id", 128),
    "user_AuthenticatedId": ("ai.user.authUserId", 1024),
    "user_AccountId": ("ai.user.accountId", 1024),
    "application_Version": ("ai.application.ver", 1024),
    "client_Type": ("ai.device.type", 64),
    "client_Model": ("ai.device.model", 256),
    "client_OS": ("ai.device.osVersion", 256),
    "cloud_RoleName": ("ai.cloud.role", 256),
    "cloud_RoleInstance": ("ai.cloud.roleInstance", 256),
    "sdkVersion": ("ai.internal.sdkVersion", 64),
}
_BUCKETS_MS = {
    0: "<250ms", 250: "250ms-500ms", 500: "500ms-1sec", 1_000: "1sec-3sec", 3_000: "3sec-7sec", 7_000: "7sec-15sec",
    15_000: "15sec-30sec", 30_000: "30sec-1min", 60_000: "1min-2min", 120_000: "2min-5min", 300_000: ">=5min",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row for one of the tables: values by column, those left out being empty; dynamic ones are JSON text.

    Besides the table's columns there may be those that it keeps.
    """

    table: str
    values: dict[str, Any]


def read(item: Any, instrumentation_key: str, now: datetime) -> list[Row]:
    """The rows of one item: one, but for a metric item with several metrics.

    Raises InvalidItemError in the service's words for an item that it would refuse at `now` (UTC).
    """
    if not isinstance(item, dict):
        raise InvalidItemError("A telemetry item must be a JSON object")
    if len(json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")) > MAX_ITEM_BYTES:
        raise InvalidItemError(f"Telemetry item length must not exceed {MAX_ITEM_BYTES}")
    if item.get("iKey") != instrumentation_key:
        raise InvalidItemError("Invalid instrumentation key")
    envelope = Fields("Envelope", item)
    envelope.text("name", 1024, required=True)
    data = envelope.nested("data", "Data")
    base_type = data.text("baseType", 64, required=True)
    if base_type not in _READERS:
        raise InvalidItemError(f"Field 'baseType' on type 'Data' is unknown. Expected: {', '.join(_READERS)},"
                               f" Actual: {base_type}")
    table, item_type, read_data = _READERS[base_type]
    base_data = data.nested("baseData", base_type)
    dimensions = base_data.custom_dimensions()
    shared = {**_shared(envelope, now), "itemType": item_type, **(kept_values(dimensions) if table in KEPT else {}),
              "customDimensions": json.dumps(dimensions, ensure_ascii=False)}
    return [Row(table, _stored({**shared, **own})) for own in read_data(base_data)]


def _shared(envelope: Fields, now: datetime) -> dict[str, Any]:
    tags = envelope.nested("tags", "ContextTagKeys")
    rate_percent = envelope.real("sampleRate") or 100.0
    return {
        "timestamp": _timestamp(envelope, now),
        **{column: tags.text(tag, max_length) for column, (tag, max_length) in _TAGS.items()},
        "client_IP": "0.0.0.0",  # the service's default: see "Geolocation and IP address handling"
        "iKey": envelope.values["iKey"],
        "itemId": str(uuid.uuid4()),
        "itemCount": max(1, round(100 / max(rate_percent, 1e-6))),
    }


def _timestamp(envelope: Fields, now: datetime) -> datetime:
    time = envelope.time("time")
    if now - time > MAX_AGE:
        max_age_ms, age_ms = (age // timedelta(milliseconds=1) for age in (MAX_AGE, now - time))
        raise InvalidItemError(
            "103: Field 'time' on type 'Envelope' is older than the allowed min date."
            f" Expected: now - {max_age_ms}ms, Actual: now - {age_ms}ms"
        )
    return time


def _trace(data: Fields) -> Iterator[dict[str, Any]]:
    yield {
        "message": data.text("message", 32_768, required=True),
        "severityLevel": data.severity_level(),
        "customMeasurements": data.custom_measurements(),
    }


def _event(data: Fields) -> Iterator[dict[str, Any]]:
    yield {"name": data.text("name", 512, required=True), "customMeasurements": data.custom_measurements()}


def _metrics(data: Fields) -> Iterator[dict[str, Any]]:
    for point in data.entries("metrics", "DataPoint"):
        value = point.real("value", required=True)
        lowest, highest = point.real("min"), point.real("max")
        yield {
            "name": point.text("name", 1024, required=True),
            "value": value, "valueSum": value, "valueCount": point.count("count") or 1,
            "valueMin": value if lowest is None else lowest, "valueMax": value if highest is None else highest,
            "valueStdDev": point.real("stdDev"),
        }


def _request(data: Fields) -> Iterator[dict[str, Any]]:
    yield {
        "id": data.text("id", 512, required=True),
        "source": data.text("source", 1024),
        "name": data.text("name", 1024),
        "url": data.text("url", 2048),
        "resultCode": data.text("responseCode", 1024, required=True),
        **_outcome(data),
    }


def _dependency(data: Fields) -> Iterator[dict[str, Any]]:
    yield {
        "id": data.text("id", 512),
        "target": data.text("target", 1024),
        "type": data.text("type", 1024),
        "name": data.text("name", 1024, required=True),
        "data": data.text("data", 8_192),
        "resultCode": data.text("resultCode", 1024),
        **_outcome(data),
    }


def _outcome(data: Fields) -> dict[str, Any]:
    duration_ms = data.duration_ms()
    bounds_ms = list(_BUCKETS_MS)
    return {
        "success": str(data.values.get("success") not in (False, "false", "False")),
        "duration": duration_ms,
        "performanceBucket": _BUCKETS_MS[bounds_ms[bisect_right(bounds_ms, duration_ms) - 1]],
        "customMeasurements": data.custom_measurements(),
    }


def _exception(data: Fields) -> Iterator[dict[str, Any]]:
    chain = [_exception_details(entry) for entry in data.entries("exceptions", "ExceptionDetails")]
    outer, innermost = chain[0], chain[-1]
    yield {
        **outer,
        **{f"outer{name.capitalize()}": text for name, text in outer.items()},
        **{f"innermost{name.capitalize()}": text for name, text in innermost.items()},
        "problemId": data.text("problemId", 1024) or " at ".join(filter(None, (outer["type"], outer["method"]))),
        "severityLevel": data.severity_level(),
        "details": json.dumps(data.values["exceptions"], ensure_ascii=False),
        "customMeasurements": data.custom_measurements(),
    }


def _exception_details(entry: Fields) -> dict[str, str]:
    frames = entry.entries("parsedStack", "StackFrame") if entry.values.get("parsedStack") else []
    top = frames[0] if frames else Fields("StackFrame", {})
    return {
        "type": entry.text("typeName", 1024, required=True),
        "message": entry.text("message", 32_768, required=True),
        "assembly": top.text("assembly", 1024),
        "method": top.text("method", 1024),
    }


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    return {
        column: well_formed(value) if isinstance(value, str) else value
        for column, value in values.items() if value not in ("", None)
    }


_READERS: dict[str, tuple[str, str, Callable[[Fields], Iterator[dict[str, Any]]]]] = {
    "MessageData": ("traces", "trace", _trace),
    "RequestData": ("requests", "request", _request),
    "RemoteDependencyData": ("dependencies", "dependency", _dependency),
    "EventData": ("customEvents", "customEvent", _event),
    "MetricData": ("customMetrics", "customMetric", _metrics),
    "ExceptionData": ("exceptions", "exception", _exception),
}
