"""From Microsoft's publisher through Event Grid to the function, and back by KQL."""
import time
from pathlib import Path

import httpx
import pytest

from local_azure.certificates import trust
from local_azure.commands.publishing import publish
from local_azure.control.models import Fault
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import ARM_ID

QUERIES = Path(__file__).parents[2] / "queries"
SAMPLE_QUERY = Path(__file__).parents[1] / "queries" / "data" / "pipeline_monitor_sample.kql"
RUN_ROUTE = f"GET /history/v1.0{ARM_ID}/runs/{{run_id}}"


def published(azure, workspace, suffix, count=None):
    events = [{**event, "id": f"{event['id']} {suffix}"} for event in ended_events(workspace)[:count]]
    publish(azure.endpoints, events)
    assert azure.drained(60)
    return events


def test_every_published_event_is_recorded(azure, sample_workspace, records):
    events = published(azure, sample_workspace, "published")
    assert sorted(record["event_id"] for record in records()) == sorted(event["id"] for event in events)


def test_queries_answer_on_what_was_recorded(azure, sample_workspace):
    published(azure, sample_workspace, "queried")
    steps = azure.store.query((QUERIES / "step_durations.kql").read_text())
    names = [column.name for column in steps.columns]
    rows = [dict(zip(names, row)) for row in steps.rows]
    ended = [run for run in sample_workspace.runs if run.end_time]
    assert len(rows) == sum(run.record["parentRunId"] is not None for run in ended)
    [prepare] = [row for row in rows if row["step_name"] == "Prepare Data"]
    assert (prepare["experiment_name"], prepare["duration_seconds"]) == ("flight-delay", 215.24)
    metrics = azure.store.query((QUERIES / "run_metrics.kql").read_text())
    assert len(metrics.rows) == len(ended)
    assert azure.store.query(SAMPLE_QUERY.read_text()).rows


def test_event_that_overtakes_its_run_is_delivered_again_until_it_is_recorded(azure, sample_workspace, records):
    azure.traffic.inject(Fault("machine_learning", 404, route=RUN_ROUTE, times=2, headers={
        "Content-Type": "application/json"}, body='{"error": {"code": "UserError"}}'))
    retried = azure.delivery.counters["pipeline-run-monitor"].retried
    published(azure, sample_workspace, "too early", count=1)
    assert len(records()) == 1
    assert azure.delivery.counters["pipeline-run-monitor"].retried > retried


def wait_until_asked(azure):
    """Until the function asks for a run."""
    deadline = time.monotonic() + 60
    while not any(route.endswith("/runs/{run_id}") for route in azure.traffic.counts()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_worker_killed_in_flight_loses_nothing(azure, sample_workspace, records):
    azure.traffic.slow_down(0.3, "machine_learning")
    events = [{**event, "id": f"{event['id']} killed"} for event in ended_events(sample_workspace)[:20]]
    publish(azure.endpoints, events)
    wait_until_asked(azure)
    azure.restart_functions_host(kill=True)
    azure.traffic.reset()
    assert azure.drained(60)
    assert {record["event_id"] for record in records()} == {event["id"] for event in events}


@pytest.mark.parametrize("path", ["/v2/rest/query", "/v1/rest/query"])
def test_kusto_endpoint_answers_over_https_to_those_with_the_key(azure, path):
    url = f"{azure.endpoints.application_insights}{path}"
    with httpx.Client(verify=trust(azure.endpoints.certificate_authority), trust_env=False) as client:
        body = {"db": "any", "csl": "traces | count"}
        assert client.post(url, json=body).status_code == 401
        answer = client.post(url, json=body, headers={"Authorization": f"Bearer {azure.endpoints.query_key}"})
    assert answer.status_code == 200
    assert "Count" in answer.text
