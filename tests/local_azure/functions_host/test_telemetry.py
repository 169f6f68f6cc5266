"""What the host tells of its calls, as Application Insights stores it and as the queries ask for it."""
import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from starlette.applications import Starlette

from local_azure.functions_host.routes import Host, Keys, routes
from local_azure.functions_host.telemetry import SETTING, Telemetry, telemetry
from tests.queries.conftest import KEY, Insights

APP = """
@app.function_name("PipelineRunMonitor")
@app.event_grid_trigger(arg_name="event")
def record(event: str):
    if "bad" in event:
        raise ValueError("no such run")

@app.route(route="answer/{code}", auth_level=func.AuthLevel.ANONYMOUS)
def answer(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(status_code=int(req.route_params["code"]))
"""


@pytest.fixture
def told(load):
    """Sends requests to a host, and gives the Application Insights that has taken what it tells of them."""
    def tell(*requests):
        noted = Telemetry(KEY, "the-app")
        app, _ = load(APP)

        async def exchange(threads):
            host = Host(app, threads, restart=lambda: None, telemetry=noted)
            transport = httpx.ASGITransport(Starlette(routes=routes(host, Keys.of("master"))))
            async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
                for method, path, body in requests:
                    headers = {"aeg-event-type": "Notification", "x-functions-key": "master"}
                    await client.request(method, path, headers=headers, json=body)

        with ThreadPoolExecutor() as threads:
            asyncio.run(exchange(threads))
        assert insights.store.accept(noted.take(), datetime.now(timezone.utc)).errors == ()
        assert noted.take() == []
        return insights
    insights = Insights()
    yield tell
    insights.store.close()


def delivery(*events):
    return "POST", "/runtime/webhooks/EventGrid?functionName=PipelineRunMonitor", list(events)


def rows(insights, query):
    table = insights.store.query(query)
    return [dict(zip((column.name for column in table.columns), row)) for row in table.rows]


def test_a_call_is_a_request_with_what_the_real_host_says_of_it(told):
    [row] = rows(told(delivery({"id": "1"})), "requests")
    assert (row["name"], row["success"], row["resultCode"], row["operation_Name"], row["cloud_RoleName"]) == (
        "PipelineRunMonitor", "True", "0", "PipelineRunMonitor", "the-app")
    said = json.loads(row["customDimensions"]) if isinstance(row["customDimensions"], str) else row["customDimensions"]
    assert set(said) == {"Category", "LogLevel", "InvocationId", "HostInstanceId", "ProcessId", "FullName",
                         "FunctionExecutionTimeMs"}
    assert (said["Category"], said["FullName"]) == ("Host.Results", "Functions.PipelineRunMonitor")
    assert row["duration"] == pytest.approx(float(said["FunctionExecutionTimeMs"]), abs=0.01)


def test_a_call_that_fails_is_a_failed_request_and_two_exceptions_of_its_operation(told):
    insights = told(delivery({"id": "bad"}))
    [row] = rows(insights, "requests")
    assert row["success"] == "False"
    found = rows(insights, "exceptions | project operation_Id, operation_ParentId, outerMessage, innermostMessage,"
                           " category = tostring(customDimensions.Category) | sort by category asc")
    assert [one.pop("category") for one in found] == ["Function.PipelineRunMonitor", "Host.Results"]
    assert found == [{
        "operation_Id": row["operation_Id"], "operation_ParentId": row["id"],
        "outerMessage": "Exception while executing function: Functions.PipelineRunMonitor",
        "innermostMessage": "Result: Failure\nException: ValueError: no such run"}] * 2


def test_the_calls_of_one_delivery_are_one_operation(told):
    insights = told(delivery({"id": "1"}, {"id": "2"}), delivery({"id": "3"}))
    found = rows(insights, "requests | summarize calls = count() by operation_Id | sort by calls asc")
    assert [one["calls"] for one in found] == [1, 2]


@pytest.mark.parametrize(("code", "success"), [(202, "True"), (404, "False")])
def test_of_an_http_function_the_status_counts(told, code, success):
    [row] = rows(told(("GET", f"/api/answer/{code}", None)), "requests")
    assert (row["name"], row["resultCode"], row["success"]) == ("answer", str(code), success)


def test_the_health_of_the_monitor_is_told_of_them(told):
    insights = told(delivery({"id": "1"}), *[delivery({"id": "bad"})] * 3)
    [row] = insights.ask("monitor_health", at=datetime.now(timezone.utc))
    assert (row["calls"], row["failed_calls"], row["problem"]) == (4, 3, "calls fail")


@pytest.fixture
def ingestion():
    """A place that takes telemetry: its address, what came, and the status that it answers with."""
    came, status = [], [200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            came.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/", came, status
        server.shutdown()
        serving.join()


def call(load, settings):
    app, _ = load(APP)
    with telemetry(settings) as noted:
        noted.invoke(app.functions["PipelineRunMonitor"], "operation", "{}")


def test_what_waits_when_the_host_ends_is_sent_with_its_key_alone(load, ingestion):
    address, came, _ = ingestion
    call(load, {SETTING: f"InstrumentationKey={KEY};IngestionEndpoint={address};ApplicationId={KEY}"})
    [(path, body)] = came
    assert path == "/v2/track" and json.loads(body)["iKey"] == KEY


def test_telemetry_that_is_not_taken_is_told_and_stops_nothing(load, ingestion, caplog):
    address, came, status = ingestion
    status[0] = 503
    call(load, {SETTING: f"InstrumentationKey={KEY};IngestionEndpoint={address}"})
    assert len(came) == 1 and "1 items of the host's telemetry are lost: " in caplog.text


@pytest.mark.parametrize("settings", [{}, {SETTING: ""}, {SETTING: "InstrumentationKey=1"}])
def test_without_a_place_to_tell_it_nothing_is_noted(settings):
    with telemetry(settings) as noted:
        assert noted is None
