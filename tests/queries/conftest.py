"""Records as the function sends them, put through the local Application Insights, and the queries over them."""
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from opencensus.ext.azure.common.protocol import Data, Envelope, Message

from local_azure.application_insights.models import TelemetryStore

KEY = "11111111-2222-3333-4444-555555555555"
QUERIES = Path(__file__).parents[2] / "queries"
NOW = datetime(2022, 10, 6, tzinfo=timezone.utc)

STEP = {
    "type": "run_detail", "workspace_name": "sample-ws", "experiment_name": "flight-delay",
    "parent_run_id": "pipeline-1", "parent_run_number": "9", "parent_run_status": "Completed",
    "step_id": "step-1", "run_number": "10", "step_name": "Prepare Data", "run_status": "Completed",
    "compute_target_type": "AmlCompute", "execution_time_ms": "215239", "start_time_utc_ms": "1664992987340",
    "end_time_utc_ms": "1664993202580", "experimentName": "flight-delay", "pipelinerunid": "pipeline-1",
    "docker_image": "mcr.microsoft.com/azureml/base", "experimentId": "eea3758a", "resourceGroup": "sample",
    "subscriptions": "38e0c6f9", "amlWorkSpace": "sample-ws", "snapshot_id": "a50368b7",
    "step_type": "PythonScriptStep", "run_type": "azureml.StepRun", "node_id": "4a72cbf2", "run_id": "step-1",
    "target": "cpu-cluster", "script": "prep.py", "status": "Completed",
}
MESSAGE = '{"startTimeUtc": "2022-10-05T18:03:07.340605Z", "endTimeUtc": "2022-10-05T18:06:42.580367Z"}'


class Insights:
    """A store, the records in it, and queries by file."""

    def __init__(self) -> None:
        self.store = TelemetryStore(instrumentation_key=KEY)

    def record(self, minutes: int = 0, message: str = MESSAGE, **dimensions: str | None) -> None:
        """One record, sent so many minutes into the day; a dimension that is None is left out of it."""
        properties = {name: value for name, value in (STEP | dimensions).items() if value is not None}
        envelope = Envelope(
            iKey=KEY, name="Microsoft.ApplicationInsights.Message", time=(NOW + timedelta(minutes=minutes)).isoformat(),
            tags={}, data=Data(baseType="MessageData", baseData=Message(message=message, properties=properties)),
        )
        assert self.store.accept([envelope], NOW).errors == ()

    def ask(self, path: Path, **lets: str) -> list[dict]:
        """The rows of a query file as dicts, after filling in its `let` parameters."""
        text = path.read_text(encoding="utf-8")
        for name, value in lets.items():
            assert f"let {name} = '';" in text
            text = text.replace(f"let {name} = '';", f"let {name} = '{value}';")
        table = self.store.query(text)
        return [dict(zip((column.name for column in table.columns), row)) for row in table.rows]


@pytest.fixture
def insights():
    opened = Insights()
    yield opened
    opened.store.close()


@pytest.fixture
def step_durations(insights):
    return lambda **lets: insights.ask(QUERIES / "step_durations.kql", **lets)


@pytest.fixture
def run_metrics(insights):
    return lambda: insights.ask(QUERIES / "run_metrics.kql")
