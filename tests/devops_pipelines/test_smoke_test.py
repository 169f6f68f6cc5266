"""The smoke test finds out what works and what does not, against the real function on the local Azure."""
import json

import httpx
import pytest

from devops_pipelines import smoke_events, smoke_test
from local_azure.certificates import trust
from local_azure.control.models import Fault
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import ARM_ID
from PipelineRunMonitor.events.parsing import RUN_COMPLETED
from tests.queries.kusto_parser import client as kusto_parser
from tests.queries.kusto_parser.client import Query

RUN_ROUTE = f"GET /history/v1.0{ARM_ID}/runs/{{run_id}}"
QUERY_ROUTE = "POST /v1/apps/{application}/query"
NO_ROWS = '{"tables": [{"name": "PrimaryResult", "columns": [], "rows": []}]}'
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def secrets(azure, monkeypatch):
    monkeypatch.setenv("FUNCTION_KEY", azure.endpoints.functions_key)
    monkeypatch.setenv("QUERY_TOKEN", azure.endpoints.query_key)
    monkeypatch.setenv("SSL_CERT_FILE", azure.endpoints.certificate_authority)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def run_smoke_test(azure, secrets, capsys):
    """Runs the program; its exit code and what it printed, which never has a secret in it."""
    def run(*arguments, function_url=azure.endpoints.functions_host):
        capsys.readouterr()
        exit_code = smoke_test.main([
            "--function-url", function_url, "--query-url", f"{azure.endpoints.application_insights}/v1/apps/any/query",
            "--interval", "0.05", "--timeout", "20", *arguments])
        text = "".join(capsys.readouterr())
        assert azure.endpoints.functions_key not in text and azure.endpoints.query_key not in text
        return exit_code, text
    return run


def run_ended(workspace, status):
    return next(run for run in workspace.runs if run.record["status"] == status)


def deliver(azure, event):
    answer = httpx.post(azure.endpoints.webhook_url, json=[event], headers={"aeg-event-type": "Notification"},
                        verify=trust(azure.endpoints.certificate_authority), trust_env=False, timeout=60)
    assert answer.status_code == 202


def recorded(azure):
    """Type and run id of the records of smoke tests."""
    return azure.store.query(
        "traces | where tostring(customDimensions.event_id) startswith 'smoke-test-'"
        "| project tostring(customDimensions.type), tostring(customDimensions.run_id)").rows


def test_a_run_is_read_and_recorded_once_more(run_smoke_test, azure, sample_workspace):
    run = run_ended(sample_workspace, "Failed")
    exit_code, text = run_smoke_test("--run", run.id)
    assert (exit_code, recorded(azure)) == (0, (("run_detail", run.id),))
    assert f"passed: run {run.id} was read and recorded (Failed)" in text


def test_the_latest_run_is_the_last_one_recorded_as_completed(run_smoke_test, azure, sample_workspace):
    events = [event for event in ended_events(sample_workspace) if event["data"]["runType"] == "azureml.StepRun"]
    completed = [event for event in events if event["eventType"] == RUN_COMPLETED]
    failed = [event for event in events if event not in completed]
    for event in (completed[0], completed[1], failed[0]):
        deliver(azure, event)
    exit_code, _ = run_smoke_test("--run", "latest")
    assert (exit_code, recorded(azure)) == (0, (("run_detail", completed[1]["data"]["runId"]),))


def test_where_no_run_is_recorded_yet_the_event_names_none(run_smoke_test, azure):
    exit_code, text = run_smoke_test()
    assert (exit_code, recorded(azure)) == (0, (("invalid_event", ""),))
    assert "passed: the event was recorded as invalid (no run id in data.runId), as it should be" in text


def test_a_function_that_fails_for_a_while_is_tried_again(run_smoke_test, azure, sample_workspace):
    body = '{"error": {"code": "UserError"}}'
    azure.traffic.inject(Fault("machine_learning", 404, route=RUN_ROUTE, body=body, headers=JSON))
    exit_code, text = run_smoke_test("--run", run_ended(sample_workspace, "Completed").id)
    assert exit_code == 0
    assert "the function answered HTTP 500: " in text


def test_queries_that_fail_for_a_while_are_tried_again(run_smoke_test, azure):
    azure.traffic.inject(Fault("application_insights", 503, route=QUERY_ROUTE, body="Busy"))
    azure.traffic.inject(Fault("application_insights", kind="reset", route=QUERY_ROUTE, times=2))
    azure.traffic.inject(Fault("application_insights", kind="half", route=QUERY_ROUTE))
    exit_code, text = run_smoke_test()
    assert exit_code == 0
    assert "Application Insights answered HTTP 503: Busy" in text
    assert text.count("Application Insights could not be reached: ") == 3


def test_a_record_that_does_not_come_in_time_is_a_failure(run_smoke_test, azure):
    azure.traffic.inject(Fault("application_insights", 200, route=QUERY_ROUTE, times=1_000, body=NO_ROWS, headers=JSON))
    exit_code, text = run_smoke_test("--run", "none", "--timeout", "0.3")
    assert exit_code == 1
    assert "smoke_test: Application Insights has no record of the event yet, after " in text


def test_a_record_that_says_why_it_is_invalid_is_a_failure(run_smoke_test, azure, sample_workspace):
    exit_code, text = run_smoke_test("--run", run_ended(sample_workspace, "Completed").id,
                                     "--workspace-id", f"{sample_workspace.arm_id}-of-others")
    assert exit_code == 1
    assert "smoke_test: the event was recorded as invalid_event: the workspace /subscriptions/" in text


def test_a_wrong_function_key_is_a_failure_at_once(run_smoke_test, azure, monkeypatch):
    monkeypatch.setenv("FUNCTION_KEY", "wrong")
    exit_code, text = run_smoke_test()
    assert (exit_code, text.splitlines()[-1]) == (1, "smoke_test: the function answered HTTP 401")


def test_a_wrong_query_token_is_a_failure_at_once(run_smoke_test, azure, monkeypatch):
    monkeypatch.setenv("QUERY_TOKEN", "wrong")
    exit_code, text = run_smoke_test()
    assert exit_code == 1
    assert text.startswith("smoke_test: Application Insights answered HTTP 401")


COMMAND = "a\n##vso[task.setvariable variable=PATH]/evil\x1b[2J"


def test_what_a_service_answers_commands_nothing(run_smoke_test, azure):
    for status in (503, 400):  # one that is told on the way, one that ends it
        azure.traffic.inject(Fault("application_insights", status, route=QUERY_ROUTE, body=COMMAND))
    exit_code, text = run_smoke_test("--run", "latest")
    assert exit_code == 1
    assert text.count(r"a\n# #vso[task.setvariable variable=PATH]/evil\x1b[2J") == len(text.splitlines()) == 2


def test_what_a_run_is_called_commands_nothing(run_smoke_test):
    _, text = run_smoke_test("--run", f"run {COMMAND}")
    assert "##" not in text and all(line.isprintable() for line in text.splitlines())


def test_an_address_that_answers_no_queries_is_a_failure_at_once(run_smoke_test, azure):
    azure.traffic.inject(Fault("application_insights", 200, route=QUERY_ROUTE, body=json.dumps({"hello": "you"})))
    exit_code, text = run_smoke_test()
    assert exit_code == 1
    assert text.endswith("/v1/apps/any/query answered is no answer to a query: check the address\n")


def test_a_function_app_that_is_not_there_is_a_failure_when_the_time_is_over(run_smoke_test):
    exit_code, text = run_smoke_test("--run", "none", "--timeout", "0.2", function_url="https://127.0.0.1:9")
    assert exit_code == 1
    assert "smoke_test: the function could not be reached: " in text


@pytest.mark.parametrize("missing", ["FUNCTION_KEY", "QUERY_TOKEN"])
def test_a_secret_that_is_not_set_is_named(run_smoke_test, monkeypatch, capsys, missing):
    monkeypatch.delenv(missing)
    with pytest.raises(SystemExit, match="2"):
        run_smoke_test()
    assert f"{missing} not set: put the secret into the environment" in capsys.readouterr().err


def test_an_address_without_https_is_refused(run_smoke_test, capsys):
    with pytest.raises(SystemExit, match="2"):
        run_smoke_test(function_url="http://127.0.0.1")
    assert "'http://127.0.0.1' does not begin with https://" in capsys.readouterr().err


def test_microsofts_kusto_parser_takes_the_queries():
    queries = [Query("latest run", smoke_events.LATEST_RUN), Query("record", smoke_test.RECORD.format(event_id="any"))]
    assert [verdict.faults for verdict in kusto_parser.find().check(queries)] == [(), ()]


def test_the_event_is_of_a_type_that_the_function_records():
    assert smoke_events.compose(None)["eventType"] == RUN_COMPLETED
