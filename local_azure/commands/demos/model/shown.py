"""The tables of the demo, in Kusto's shape: what is registered, what was asked, what the monitor has recorded."""
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ....application_insights.models import TelemetryStore
from ....application_insights.routes import answer_v1
from ..records import RECORDS, quoted

_QUERIES = Path(__file__).parents[4] / "queries"
_OF_REQUESTS = """
| sort by request_time asc
| project request_id, deployment_name, model_version, result_code, duration_ms, predictions, trace_parent"""
_OF_HEALTH = """
| project service_name, deployment_name, model_name, model_version, request_count, failed, refused, p95_ms,
          training_run_id"""
_ASKED = "requests | where customDimensions['Client Request Id'] in ({ids}) | count"
_LOGGED = "traces | where message has 'NumberOfPredictions' and message has 'demo-' | count"
_SECONDS = 60
_POLL_SECONDS = 0.2

_RUNS = RECORDS + """| extend step = iff(run_id == root_run_id, '', tostring(customDimensions.step_name))
| extend outcome = case(step == 'Evaluate', tostring(tags.evaluation_reason), step == 'Register',
                        tostring(tags.registration), step == '', tostring(tags.registration_reason), '')
| project pipeline_run = substring(root_run_id, 0, 8), step, run_status, seconds, outcome,
          created = tolong(customDimensions.start_time_utc_ms)
| order by created asc
| project-away created"""


def registry(models: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = ("model", "version", "mse", "alpha", "BuildId", "run_id")
    return {"Columns": [{"ColumnName": name} for name in names], "Rows": [
        [model["name"], model["version"], *(model["kvTags"].get(name, "") for name in names[2:])] for model in models]}


def wait_for_requests(store: TelemetryStore, answered: Mapping[str, int], pause: Callable[[float], None]) -> bool:
    """Whether each of them, and the line that was logged of each that was answered with 200, is in Application Insights
    in time: the server sends every five seconds."""
    deadline = time.monotonic() + _SECONDS
    while True:
        [asked], [logged] = (store.query(text.format(ids=quoted(list(answered)))).rows[0] for text in (_ASKED, _LOGGED))
        if asked >= len(answered) and logged >= list(answered.values()).count(200):
            return True
        if time.monotonic() > deadline:
            return False
        pause(_POLL_SECONDS)


def requests(store: TelemetryStore) -> dict[str, Any]:
    """Joined with what was logged of them."""
    return _ask(store, (_QUERIES / "scoring_requests.kql").read_text("utf-8") + _OF_REQUESTS)


def health(store: TelemetryStore) -> dict[str, Any]:
    """Of the service, with the run that made its model."""
    return _ask(store, (_QUERIES / "scoring_health.kql").read_text("utf-8") + _OF_HEALTH)


def runs(store: TelemetryStore, ids: Sequence[str]) -> dict[str, Any]:
    return _ask(store, _RUNS.format(ids=quoted(ids)))


def _ask(store: TelemetryStore, query: str) -> dict[str, Any]:
    table: dict[str, Any] = answer_v1(store.query(query))["Tables"][0]
    return table
