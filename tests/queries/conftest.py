"""Records as the function sends them, put through the local Application Insights, and the queries over them."""
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from opencensus.ext.azure.common.protocol import Data, Envelope, Message

from dashboard.sample_notebooks import notebook_records
from dashboard.sample_records import SentRecord, records_of
from local_azure.application_insights.models import TelemetryStore
from local_azure.scenarios.loading import load
from NotebookRuns.reports.cells import FAILED, PASSED, CellResult
from NotebookRuns.reports.facts import facts_of
from NotebookRuns.reports.notebooks import NotebookOutcome
from PipelineRunMonitor import notebook_results
from tests.queries import sample_week

KEY = "11111111-2222-3333-4444-555555555555"
QUERIES = Path(__file__).parents[2] / "queries"
NOW = datetime(2022, 10, 6, tzinfo=UTC)
FRIDAY_EVENING = datetime(2024, 3, 1, 18, tzinfo=UTC)

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
        self._gathered: list[Envelope] | None = None

    def record(self, minutes: int = 0, message: str = MESSAGE, **dimensions: str | None) -> None:
        """One record, sent so many minutes into the day; a dimension that is None is left out of it."""
        properties = {name: value for name, value in (STEP | dimensions).items() if value is not None}
        self.send(NOW + timedelta(minutes=minutes), properties, message)

    def run(self, run_id: str, *, parent: str | None = None, started: datetime, seconds: float | None = None,
            status: str = "Completed", queue_seconds: float = 0, **dimensions: str | None) -> None:
        """One record of a run that queued before it started, and has not ended where it took no `seconds`.

        Without a parent it is its own, as a pipeline run is. It is sent when the run ended, or else when it started.
        """
        ended = started + timedelta(seconds=seconds) if seconds is not None else None
        names = {"step_name": run_id, "run_url": f"https://ml.azure.com/runs/{parent or run_id}"}
        times = {"created_time_utc_ms": started - timedelta(seconds=queue_seconds), "start_time_utc_ms": started,
                 "end_time_utc_ms": ended}
        spans = {"execution_time_ms": seconds, "queue_time_ms": queue_seconds}
        properties = {
            "type": "run_detail", "workspace_name": "sample-ws", "experiment_name": "flight-delay", "run_id": run_id,
            "parent_run_id": parent or run_id, "parent_run_status": "Running" if parent else status,
            "run_status": status, "submitted_by": "Ada", **names,
            **{name: str(_milliseconds(time)) for name, time in times.items() if time},
            **{name: str(round(span * 1000)) for name, span in spans.items() if span is not None}, **dimensions}
        self.send(ended or started, {name: value for name, value in properties.items() if value is not None})

    def notebook(self, run_id: str, ended: datetime, *seconds: float, notebook: str = "a.ipynb",
                 error: str | None = None, status: str | None = None, has_end: bool = True,
                 **dimensions: str) -> None:
        """The record of a notebook whose cells took so long; of an error, in the last of them."""
        last = len(seconds)
        cells = [CellResult(notebook, number, f"Cell {number}: work({number})", FAILED if error and number == last
                            else PASSED, round(each * 1000), error if number == last else None)
                 for number, each in enumerate(seconds, 1)]
        outcome = NotebookOutcome(notebook, status or ("Failed" if error else "Completed"), cells)
        sent = notebook_results.record(run_id, {
            "workspace_name": "sample-ws", **facts_of(outcome, ended if has_end else None), **dimensions})
        self.send(ended, sent.dimensions, sent.message)

    def record_all(self, sent: Iterable[SentRecord], delay: timedelta = timedelta(0), **changes: str | None) -> None:
        """The function's own records, each so much later than usual, with some dimensions changed or, by None, left
        out."""
        self.send_items(
            envelope(each.time + delay, {
                name: value for name, value in {**each.record.dimensions, **changes}.items() if value is not None},
                each.record.message, each.record.operation_id) for each in sent)

    def send_items(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Telemetry items, those of a day together when the last of them was sent."""
        for _, day in groupby(items, lambda item: item["time"][:10]):
            together = list(day)
            sent = max(datetime.fromisoformat(item["time"]) for item in together)
            assert self.store.accept(together, sent).errors == ()

    def ask(self, query: Path | str, **lets: str | float | datetime | timedelta) -> list[dict]:
        """The rows of a query, named like its file in queries/ or by path, as dicts, after filling in parameters."""
        path = query if isinstance(query, Path) else QUERIES / f"{query}.kql"
        text = path.read_text(encoding="utf-8")
        for name, value in lets.items():
            text, count = re.subn(rf"^let {name} = .*;$", f"let {name} = {_literal(value)};", text, flags=re.MULTILINE)
            assert count == 1, name
        table = self.store.query(text)
        return [dict(zip((column.name for column in table.columns), row)) for row in table.rows]

    def send(self, time: datetime, properties: Mapping[str, str], message: str = MESSAGE,
             operation_id: str = "") -> None:
        item = envelope(time, properties, message, operation_id)
        if self._gathered is None:
            assert self.store.accept([item], time).errors == ()
        else:
            self._gathered.append(item)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """What is recorded meanwhile is sent at the end, much of it together."""
        self._gathered = []
        try:
            yield
        finally:
            gathered, self._gathered = self._gathered, None
        self.send_items(gathered)


def envelope(time: datetime, properties: Mapping[str, str], message: str, operation_id: str) -> Envelope:
    return Envelope(
        iKey=KEY, name="Microsoft.ApplicationInsights.Message", time=time.isoformat(),
        tags={"ai.operation.id": operation_id},
        data=Data(baseType="MessageData", baseData=Message(message=message, properties=dict(properties))))


def _milliseconds(time: datetime) -> int:
    return (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _literal(value: str | float | datetime | timedelta) -> str:
    if isinstance(value, datetime):
        return f"datetime({value.isoformat()})"
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.0f}s"
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else str(value)


@pytest.fixture(scope="session")
def insights_of_session():
    opened = Insights()
    yield opened
    opened.store.close()


@pytest.fixture
def insights(insights_of_session):
    """An empty store: to clear one takes a tenth of the time that it takes to open one."""
    insights_of_session.store.clear()
    return insights_of_session


@pytest.fixture
def step_durations(insights):
    return lambda **lets: insights.ask("step_durations", **lets)


@pytest.fixture
def run_metrics(insights):
    return lambda: insights.ask("run_metrics")


@pytest.fixture(scope="session")
def now():
    """The evening of the day on which the last run of the sample workspace ended."""
    return FRIDAY_EVENING


@pytest.fixture(scope="session")
def sample_records(now):
    workspace = load(now)
    return [*records_of(workspace), *notebook_records(now, workspace.name)]


@pytest.fixture(scope="session")
def facts(now):
    """The ended runs of the sample workspace, in the order in which they ended."""
    return sample_week.facts_of(load(now))


@pytest.fixture(scope="session")
def pipeline_facts(facts):
    """Those of them that are no steps."""
    return [fact for fact in facts if not fact.is_step]


@pytest.fixture(scope="session")
def step_facts(facts):
    """Steps that ran: none that was reused."""
    return [fact for fact in facts if fact.is_step and not fact.is_reused]


@pytest.fixture(scope="session")
def week(sample_records):
    """The records of the sample workspace; read it only."""
    opened = Insights()
    opened.record_all(sample_records)
    yield opened
    opened.store.close()
