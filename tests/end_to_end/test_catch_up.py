"""Runs whose events were lost are recorded all the same: by hand with the backfill, by the hour with Reconcile."""
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from local_azure.certificates import trust
from local_azure.clock import ScaledClock
from local_azure.cloud import LocalAzure
from local_azure.commands.publishing import publish
from local_azure.control.models import Fault
from local_azure.functions_host.routes import read_reason
from local_azure.options import Options
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import ARM_ID
from PipelineRunMonitor.settings import APPLICATION_INSIGHTS, AZUREML, FILE, OPENTELEMETRY, REST, RUN_READERS

SOURCE = Path(__file__).parents[2] / "src"
RUN = f"GET /history/v1.0{ARM_ID}/runs/{{run_id}}"
RUNS_OF_EXPERIMENT = f"POST /history/v1.0{ARM_ID}/experiments/{{experiment}}/runs:query"
SINCE = "2020-01-01"
ONE = "churn-training"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


@pytest.fixture
def backfill(azure, tmp_path):
    """Runs the backfill as its users do, in a folder of its own; its exit code, output and errors."""
    def run(*arguments, **settings):
        environment = {**azure.function_environment(), "PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE),
                       **settings}
        ended = subprocess.run([sys.executable, "-m", "PipelineRunMonitor.backfill", *arguments], cwd=tmp_path,
                               env=environment, capture_output=True, text=True, timeout=100)
        return ended.returncode, ended.stdout, ended.stderr
    return run


@pytest.fixture
def of_one(sample_workspace):
    """The arguments for one experiment, and the events of its runs: enough for what is not about all."""
    events = [event for event in ended_events(sample_workspace) if event["data"]["experimentName"] == ONE]
    assert len(events) > 20
    return ["--since", SINCE, "--experiment", ONE], events


@pytest.mark.parametrize("store, run_reader", [(APPLICATION_INSIGHTS, AZUREML), (OPENTELEMETRY, REST), (FILE, REST)])
def test_backfill_records_every_ended_run_once(sample_workspace, records, backfill):
    count = len(ended_events(sample_workspace))
    assert backfill("--since", SINCE)[:2] == (0, f"{count} listed, {count} recorded, 0 already there\n")
    found = records()
    assert len(found) == count == len({record["run_id"] for record in found})
    assert {record["source"] for record in found} == {"backfill"}
    assert not any("event_id" in record or "event_time" in record for record in found)
    assert backfill("--since", SINCE, "--journal", "another.jsonl")[:2] == (
        0, f"{count} listed, 0 recorded, {count} already there\n")
    assert len(records()) == count


def test_backfill_leaves_out_what_events_recorded(azure, of_one, records, backfill):
    arguments, events = of_one
    publish(azure.endpoints, [{**event, "id": f"before a backfill {event['id']}"} for event in events[:10]])
    assert azure.drained(60)
    _, output, _ = backfill(*arguments)
    assert output == f"{len(events)} listed, {len(events) - 10} recorded, 10 already there\n"
    assert len(records()) == len(events)


def test_backfill_keeps_to_its_period_and_experiment(sample_workspace, records, backfill):
    experiment = sample_workspace.experiments[0]
    runs = sorted((run for run in sample_workspace.runs
                   if run.end_time and run.record["experimentId"] == experiment.id), key=lambda run: run.end_time)
    middle = runs[len(runs) // 2].end_time
    code, _, _ = backfill("--since", SINCE, "--until", middle.isoformat(), "--experiment", experiment.name)
    assert code == 0
    assert {record["run_id"] for record in records()} == {run.id for run in runs if run.end_time < middle}


def test_dry_run_tells_and_records_nothing(of_one, records, backfill):
    arguments, events = of_one
    assert backfill(*arguments, "--dry-run")[:2] == (
        0, f"{len(events)} listed, {len(events)} would be recorded, 0 already there\n")
    assert records() == []


def test_stopped_backfill_goes_on_where_it_stopped(azure, of_one, records, backfill, tmp_path):
    """Without a look at the store, by the journal alone, whose last line may be half."""
    arguments, events = of_one
    count = len(events)
    no_lookup = {"APP_INSIGHTS_CONNECTION_STRING": azure.endpoints.connection_string.partition(";ApplicationId")[0]}
    backfill(*arguments, **no_lookup)
    azure.store.clear()
    journal = tmp_path / "backfill.jsonl"
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join([*lines[:-3], lines[-3][:20]]))
    code, output, errors = backfill(*arguments, **no_lookup)
    assert (code, output) == (0, f"{count} listed, 3 recorded, {count - 3} already there\n")
    assert "cannot be looked up" in errors
    assert len(records()) == 3
    assert backfill(*arguments, **no_lookup)[1] == f"{count} listed, 0 recorded, {count} already there\n"


def test_throttling_only_slows_the_backfill_down(azure, of_one, records, backfill):
    arguments, events = of_one
    azure.traffic.inject(Fault("machine_learning", 429, route=RUNS_OF_EXPERIMENT, times=2))
    azure.traffic.inject(Fault("machine_learning", 429, route=RUN, times=10, headers={"Retry-After": "0"}))
    azure.traffic.inject(Fault("application_insights", 429, route="POST /v2.1/track", times=2))
    assert backfill(*arguments)[0] == 0
    assert len({record["run_id"] for record in records()}) == len(events)


@pytest.mark.parametrize("arguments, settings, code, words", [
    (["--since", "yesterday"], {}, 2, "no date and no time in ISO 8601"),
    (["--since", "2026-01-02", "--until", "2026-01-01"], {}, 2, "--until must be later than --since"),
    ([], {}, 2, "--since"),
    (["--since", SINCE], {"WORKSPACE_NAME": ""}, 2, "WORKSPACE_NAME not set"),
    (["--since", SINCE, "--experiment", "nobody"], {}, 1, "runs of experiment nobody of workspace sample-ws not found"),
    (["--since", SINCE], {"APP_INSIGHTS_API_ENDPOINT": "https://127.0.0.1:9"}, 1, "could not be read from"),
])
def test_what_cannot_be_done_is_one_clear_line(backfill, arguments, settings, code, words):
    exit_code, _, errors = backfill(*arguments, **settings)
    assert exit_code == code
    assert words in errors and "Traceback" not in errors


@pytest.fixture(scope="module")
def recent_workspace(sample_workspace):
    """The sample week at another time of day: its last run ended an hour ago, whenever the test runs."""
    ended = max(run.end_time for run in sample_workspace.runs if run.end_time)
    seconds = round((datetime.now(timezone.utc) - timedelta(hours=1) - ended).total_seconds())

    def later(value):
        return json.loads(TIME.sub(lambda found: (
            datetime.fromisoformat(found[0]) + timedelta(seconds=seconds)).isoformat(), json.dumps(value)))

    return replace(sample_workspace, runs=tuple(
        replace(run, record=later(run.record), details=later(run.details)) for run in sample_workspace.runs))


@pytest.fixture(scope="module", params=RUN_READERS)
def reconciling(request, tmp_path_factory, recent_workspace):
    """A local Azure whose workspace has ended runs of the last day, and whose function reconciles."""
    options = Options(clock=ScaledClock(100), settings={"RECONCILE": "true", "RUN_READER": request.param})
    with LocalAzure(tmp_path_factory.mktemp("reconciling"), recent_workspace, options) as local_azure:
        yield local_azure


def reconcile(azure):
    with httpx.Client(verify=trust(azure.endpoints.certificate_authority), trust_env=False, timeout=100) as client:
        return client.post(f"{azure.endpoints.functions_host}/admin/functions/Reconcile",
                           headers={"x-functions-key": azure.endpoints.functions_key})


def test_reconcile_finds_exactly_the_runs_whose_events_were_dropped(reconciling, recent_workspace):
    """None is dropped that ended near the ends of the day that is looked at, which go on while the test runs."""
    now = datetime.now(timezone.utc)
    ages = {run.id: now - run.end_time for run in recent_workspace.runs if run.end_time}
    recent = [event for event in ended_events(recent_workspace) if ages[event["data"]["runId"]] < timedelta(hours=26)]
    runs = [event["data"]["runId"] for event in recent]
    dropped = {run_id for run_id in runs[::3] if timedelta(hours=2) < ages[run_id] < timedelta(hours=22)}
    publish(reconciling.endpoints, [event for event in recent if event["data"]["runId"] not in dropped])
    assert reconciling.drained(60) and dropped
    assert reconcile(reconciling).status_code == 202
    rows = reconciling.store.query(
        "traces | project tostring(customDimensions.run_id), tostring(customDimensions.source)").rows
    assert {run_id for run_id, source in rows if source == "reconcile"} == dropped
    assert len(rows) == len(recent)
    assert reconcile(reconciling).status_code == 202
    assert reconciling.store.counts()["traces"] == len(recent)


def test_reconcile_that_may_not_read_fails_with_the_cure(reconciling):
    reconciling.traffic.inject(Fault("application_insights", 403, route="POST /v1/apps/{application}/query"))
    answer = reconcile(reconciling)
    assert answer.status_code == 500 and "Monitoring Reader" in read_reason(answer.headers)
    reconciling.traffic.reset()


def test_reconcile_is_off_by_default(azure, records):
    assert reconcile(azure).status_code == 202
    assert records() == []
    assert "RECONCILE is not true" in azure.functions_log.read_text()
    assert json.loads((SOURCE / "local.settings.json.example").read_text())["Values"]["RECONCILE"] == "false"
