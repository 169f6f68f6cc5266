"""One screen on a deployed monitor: what is well, what is not, and what to do, against the real function."""
import json
from datetime import UTC, datetime

import httpx
import pytest

from devops_pipelines import health, smoke_test
from local_azure.certificates import trust
from local_azure.commands.publishing import publish
from local_azure.control.models import Fault
from local_azure.resource_manager.system_topics import topic_id
from local_azure.scenarios.events import ended_events
from local_azure.subscriptions import MONITOR
from tests.queries.kusto_parser import client as kusto_parser
from tests.queries.kusto_parser.client import Query

TOPIC = "/subscriptions/{subscription_id}/resourceGroups/{resource_group}/providers/Microsoft.EventGrid/systemTopics"
SUBSCRIPTION_ROUTE = f"GET {TOPIC}/{{topic}}/eventSubscriptions/{{name}}"
METRICS_ROUTE = f"GET {TOPIC}/{{topic}}/providers/Microsoft.Insights/metrics"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def check(azure, sample_workspace, monkeypatch, capsys):
    """Runs the program; its exit code, and what it found and told to do by subject."""
    for name, value in (("FUNCTION_KEY", azure.endpoints.webhook_key), ("QUERY_TOKEN", azure.endpoints.query_key),
                        ("MANAGEMENT_TOKEN", "a-token"), ("NO_PROXY", "127.0.0.1"),
                        ("SSL_CERT_FILE", azure.endpoints.certificate_authority)):
        monkeypatch.setenv(name, value)

    def run(*arguments, function_url=azure.endpoints.functions_host, subscription=MONITOR):
        capsys.readouterr()
        named = f"{topic_id(sample_workspace)}/eventSubscriptions/{subscription}"
        exit_code = smoke_test.main([
            "--check", "--function-url", function_url, "--management-url", azure.endpoints.resource_manager,
            "--query-url", f"{azure.endpoints.application_insights}/v1/apps/any/query",
            *(["--event-subscription", named] if subscription else []), *arguments])
        output = capsys.readouterr().out
        assert azure.endpoints.webhook_key not in output and azure.endpoints.query_key not in output
        return exit_code, parse(output)
    return run


def parse(output):
    found, subject = {}, ""
    for line in output.splitlines():
        assert len(line) < 400
        if line.startswith(" "):
            found[subject] += f" -> {line.strip()}"
        else:
            verdict, subject, seen = line[:4].strip(), line[5:16].strip(), line[18:]
            found[subject] = f"{verdict}: {seen}"
    return found


@pytest.fixture
def recorded(azure, sample_workspace):
    """The run of an event that Event Grid delivered."""
    event = next(event for event in ended_events(sample_workspace) if event["eventType"].endswith("RunCompleted"))
    publish(azure.endpoints, [{**event, "id": f"at {datetime.now(UTC)}"}])
    assert azure.drained(60)
    return event["data"]["runId"]


def fail_as_the_host_tells(azure, message):
    """What Microsoft's host sends to Application Insights of an exception that a function let out."""
    key = azure.endpoints.connection_string.partition(";")[0].partition("=")[2]
    chain = [{"typeName": "FunctionInvocationException",
              "message": "Exception while executing function: Functions.PipelineRunMonitor"},
             {"typeName": "RpcException", "message": f"Result: Failure\nException: {message}\nStack:   File …"}]
    item = {"name": "Microsoft.ApplicationInsights.Exception", "time": datetime.now(UTC).isoformat(), "iKey": key,
            "tags": {"ai.operation.name": "PipelineRunMonitor"},
            "data": {"baseType": "ExceptionData", "baseData": {"ver": 2, "exceptions": chain}}}
    answer = httpx.post(f"{azure.endpoints.application_insights}/v2.1/track", json=[item], trust_env=False,
                        verify=trust(azure.endpoints.certificate_authority))
    assert answer.json()["itemsAccepted"] == 1, answer.text


def test_all_is_well(check, azure, recorded):
    exit_code, found = check()
    assert exit_code == 0
    assert list(found) == ["app", "settings", "runs", "events", "last record"]
    assert all(line.startswith("ok: ") for line in found.values()), found
    assert f"run {recorded} was read and recorded" in found["runs"]
    assert "Succeeded; within a day " in found["events"] and " 0 given up" in found["events"]
    assert found["last record"] == f"ok: {recorded} (Completed), 0 minutes ago"


def test_what_cannot_be_looked_at_is_no_fault_and_says_how_it_could_be(check):
    exit_code, found = check(subscription=None)
    assert exit_code == 0
    assert found["runs"].startswith("?: no completed run") and "--run" in found["runs"]
    assert found["events"].startswith("?: ") and "--event-subscription" in found["events"]
    assert found["last record"].startswith("?: none")


def test_a_run_can_be_named_and_none_be_read(check, recorded):
    assert check("--run", recorded)[1]["runs"].startswith("ok: ")
    assert check("--run", "none")[1]["runs"].startswith("?: no run was read")


def test_a_wrong_key_is_told_and_nothing_more_is_asked_of_the_app(check, monkeypatch):
    monkeypatch.setenv("FUNCTION_KEY", "wrong")
    exit_code, found = check()
    assert exit_code == 1
    assert found["app"].startswith("bad: the function answered HTTP 401 -> fetch FUNCTION_KEY anew")
    assert "settings" not in found and "runs" not in found and "events" in found


@pytest.mark.parametrize("url, words", [("https://127.0.0.1:9", "could not be reached"),
                                        ("{identity}", "HTTP 404")])
def test_an_app_that_is_not_there_is_told(check, azure, url, words):
    exit_code, found = check(function_url=url.format(identity=azure.endpoints.identity))
    assert exit_code == 1
    assert found["app"].startswith("bad: the function ") and words in found["app"] and " -> " in found["app"]


def test_a_setting_that_is_wrong_is_named_by_what_the_function_said_last(check, azure):
    fail_as_the_host_tells(azure, "SettingsError: WORKSPACE_NAME not set: put the name of …\nmore")
    azure.traffic.inject(Fault("application_insights", 403, route="POST /v2.1/track", times=10))
    exit_code, found = check()
    assert exit_code == 1
    assert found["settings"] == (
        "bad: the function answered HTTP 500: Exception while executing function: Functions.PipelineRunMonitor "
        "-> the last failure within the hour was: WORKSPACE_NAME not set: put the name of …")
    assert "runs" not in found


def test_an_identity_that_may_not_read_runs_is_told(check, azure, recorded):
    azure.traffic.inject(Fault("machine_learning", 403, times=50))
    exit_code, found = check()
    assert exit_code == 1
    assert found["settings"].startswith("ok: ") and found["runs"].startswith("bad: the function answered HTTP 500")
    assert "look at the log stream" in found["runs"]


def test_an_event_subscription_that_is_not_there_is_told(check):
    exit_code, found = check(subscription="another")
    assert exit_code == 1
    assert "HTTP 404" in found["events"] and "-> deploy event_subscription.bicep" in found["events"]


@pytest.mark.parametrize("status, headers", [(401, {}), (403, {}), (200, JSON)])
def test_a_subscription_that_cannot_be_looked_at_is_told(check, azure, status, headers):
    azure.traffic.inject(Fault("resource_manager", status, route=SUBSCRIPTION_ROUTE, body="[]", headers=headers))
    exit_code, found = check()
    assert exit_code == 1
    assert found["events"].startswith("bad: ") and "MANAGEMENT_TOKEN must be" in found["events"]


def metrics(**counts):
    return json.dumps({"value": [{"name": {"value": name}, "timeseries": [{"data": [{}, {"total": count}]}]}
                                 for name, count in counts.items()]})


@pytest.mark.parametrize("fault, verdict, words", [
    (Fault("resource_manager", 200, route=METRICS_ROUTE, body=metrics(DeadLetteredCount=2, DroppedEventCount=1)),
     "bad", "0 delivered, 0 attempts failed, 3 given up -> mend what the log says"),
    (Fault("resource_manager", 200, route=METRICS_ROUTE, body=metrics(DeliveryAttemptFailCount=7)),
     "bad", "7 attempts failed, 0 given up -> look at the log stream"),
    (Fault("resource_manager", 200, route=METRICS_ROUTE,
           body=metrics(DeliveryAttemptFailCount=7, DeliverySuccessCount=9)),
     "ok", "9 delivered, 7 attempts failed, 0 given up"),
    (Fault("resource_manager", 200, route=METRICS_ROUTE, body='{"value": []}'), "ok", "0 delivered"),
    (Fault("resource_manager", 200, route=SUBSCRIPTION_ROUTE, body='{"properties": {"provisioningState": "Failed"}}'),
     "bad", ": Failed; within a day"),
])
def test_what_event_grid_counted_is_judged(check, azure, fault, verdict, words):
    azure.traffic.inject(fault)
    exit_code, found = check()
    assert found["events"].startswith(f"{verdict}: ") and words in found["events"]
    assert exit_code == (0 if verdict == "ok" else 1)


def test_what_is_told_commands_nothing(check, azure):
    fail_as_the_host_tells(azure, "Error: ##vso[task.setvariable variable=PATH]/evil\x1b[2J")
    azure.traffic.inject(Fault("application_insights", 500, route="POST /v2.1/track", times=10))
    _, found = check()
    assert r"# #vso[task.setvariable variable=PATH]/evil\x1b[2J" in found["settings"]


def test_a_token_that_is_not_set_is_named(check, monkeypatch, capsys):
    monkeypatch.delenv("MANAGEMENT_TOKEN")
    with pytest.raises(SystemExit, match="2"):
        check()
    assert "MANAGEMENT_TOKEN not set" in capsys.readouterr().err


def test_microsofts_kusto_parser_takes_the_queries():
    queries = [Query("last record", health._LAST_RECORD), Query("last failure", health._LAST_FAILURE)]
    assert [verdict.faults for verdict in kusto_parser.find().check(queries)] == [(), ()]
