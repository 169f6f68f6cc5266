"""Rows of scoring services as Application Insights gets them, from either kind of server."""
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from local_azure.application_insights.models import TelemetryStore
from tests.queries.conftest import KEY

NOON = datetime(2022, 10, 6, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """Requests go to one service, `minutes` after NOON. Sampling keeps so many percent of them."""

    store: TelemetryStore
    name: str = "churn-scoring"
    replica: str = "blue-6c1f0a2b"
    sample_rate: float = 100

    def answer(self, request_id: str, minutes: float = 0, *, code: int = 200, milliseconds: int = 12,
               logged: Mapping[str, Any] | None = None, model: str = "churn", version: str = "3") -> None:
        """As azureml-inference-server-http 1.5 sends it, with OpenTelemetry: the columns of the request say nothing."""
        seconds, rest = divmod(milliseconds, 1000)
        self.send("RequestData", minutes, {
            "id": f"{hash_of(request_id):016x}", "name": "/score", "duration": "0.00:00:00.000000",
            "success": True, "responseCode": "0", "properties": {
                "Container Id": self.replica, "Request Id": f"server-{request_id}", "Client Request Id": request_id,
                "Response Value": '{"result": [0.5]}', "duration": f"00:00:{seconds:02}.{rest:03}",
                "resultCode": str(code), "success": str(code < 400), "Workspace Name": "sample-ws",
                "Service Name": self.name}})
        if logged is not None:
            line = {"RequestId": request_id, "Model": model, "ModelVersion": version, **logged}
            self.log(json.dumps(line), minutes)

    def log(self, message: str, minutes: float = 0, **dimensions: str) -> None:
        self.send("MessageData", minutes, {"message": message, "properties": dimensions})

    def answer_as_before(self, request_id: str, *, code: int = 200, milliseconds: int = 12,
                         logged: Mapping[str, Any] | None = None) -> None:
        """As services on ACI and AKS send it: the line that score.py prints is the Content of a trace."""
        about = {"Workspace Name": "sample-ws", "Service Name": self.name}
        self.send("RequestData", 0, {
            "id": request_id, "name": "POST /api/v1/service/score", "success": code < 400, "responseCode": str(code),
            "duration": f"00:00:00.{milliseconds:03}", "properties": about})
        if logged is not None:
            self.log("STDOUT", **about, Content=json.dumps({"RequestId": request_id, **logged}))

    def send(self, kind: str, minutes: float, data: Mapping[str, Any]) -> None:
        time = NOON + timedelta(minutes=minutes)
        item = {"iKey": KEY, "name": "Microsoft.ApplicationInsights", "time": time.isoformat(),
                "sampleRate": self.sample_rate,
                "tags": {"ai.cloud.role": self.name}, "data": {"baseType": kind, "baseData": dict(data)}}
        assert self.store.accept([item], time).errors == ()


def hash_of(text: str) -> int:
    """The same in every process, unlike Python's own."""
    return int.from_bytes(text.encode()[-8:].rjust(8, b"\0"), "big")
