"""The sample workspace's scoring services: what Application Insights gets of their requests.

Each file of services/ is one service, in phases: from when to when which deployment answers how often, with which
model, how its predictions are distributed, and which requests are refused or fail. The items are those of
azureml-inference-server-http 1.5, which sends spans of OpenTelemetry: what a request's own columns say is not so, the
truth is in its properties. Everything follows from the files, moved to the recent past by whole days.
"""
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from local_azure.scenarios.identifiers import identifier, varied
from local_azure.scenarios.times import iso, move

_FILES = sorted((Path(__file__).parent / "services").glob("*.json"))

Item = dict[str, Any]


def scoring_items(now: datetime, instrumentation_key: str) -> list[Item]:
    """Telemetry items in the order of their times, the last less than a day before `now`, which has a time zone."""
    items = [item for file in _FILES for item in _items(json.loads(file.read_text(encoding="utf-8")))]
    days = (now - max(datetime.fromisoformat(item["time"]) for item in items)) // timedelta(days=1)
    moved: list[Item] = move(sorted(items, key=lambda item: item["time"]), days)
    return [{**item, "iKey": instrumentation_key} for item in moved]


def _items(service: Mapping[str, Any]) -> Iterator[Item]:
    for number, phase in enumerate(service["phases"]):
        time, until = (datetime.fromisoformat(phase[name]) for name in ("from", "until"))
        count = (until - time) // timedelta(minutes=phase["every_minutes"])
        for place in range(count):
            request_id = identifier(service["service"], str(number), str(place))
            sent = time + timedelta(minutes=varied(place * phase["every_minutes"], request_id, most=0.004))
            code = _code(phase, place)
            yield _request(service, phase, request_id, sent, code)
            if code == 200:
                yield _line(service, phase, request_id, sent)


def _code(phase: Mapping[str, Any], place: int) -> int:
    for kind in ("failing", "refusing"):
        if kind in phase and place % phase[kind]["every"] == phase[kind]["every"] - 1:
            return int(phase[kind]["code"])
    return 200


def _request(service: Mapping[str, Any], phase: Mapping[str, Any], request_id: str, sent: datetime, code: int) -> Item:
    seconds, milliseconds = divmod(round(varied(phase["milliseconds"], request_id, "time", most=0.6)), 1_000)
    properties = {
        "Container Id": phase["replica"], "Request Id": identifier(request_id, "server"),
        "Client Request Id": request_id, "name": "/score", "http_method": "POST",
        "duration": f"00:00:{seconds:02}.{milliseconds:03}", "resultCode": str(code), "success": str(code < 400),
        "Workspace Name": service["workspace"], "Service Name": service["service"]}
    return _item(service, "Request", sent, {
        "id": identifier(request_id, "span")[-12:] + "0000", "name": "/score", "duration": "00:00:00.000",
        "success": True, "responseCode": "0", "properties": properties})


def _line(service: Mapping[str, Any], phase: Mapping[str, Any], request_id: str, sent: datetime) -> Item:
    """What score.py prints."""
    mean = varied(phase["mean"], request_id, "mean", most=0.15)
    std = varied(phase["std"], request_id, "std")
    trace = identifier(request_id, "trace").replace("-", "")
    return _item(service, "Message", sent, {"message": json.dumps({
        "RequestId": request_id, "TraceParent": f"00-{trace}-{trace[:16]}-01",
        "NumberOfPredictions": phase["predictions"], "PredictionMean": round(mean, 4), "PredictionStd": round(std, 4),
        "PredictionMin": round(max(0.0, mean - 1.5 * std), 4), "PredictionMax": round(min(1.0, mean + 3 * std), 4),
        "Model": phase["model"], "ModelVersion": phase["version"]}), "severityLevel": 1, "properties": {}})


def _item(service: Mapping[str, Any], kind: str, sent: datetime, data: Mapping[str, Any]) -> Item:
    return {
        "name": f"Microsoft.ApplicationInsights.{kind}", "time": iso(sent),
        "tags": {"ai.cloud.role": service["service"]},
        "data": {"baseType": f"{kind}Data", "baseData": {"ver": 2, **data}}}
