"""Pipelines are started and asked for through the functions host; Azure Machine Learning fails as each test wants."""
import json
import os
import subprocess
import sys
import uuid
from datetime import datetime
from urllib.parse import unquote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from azure_access.workspaces import WorkspaceId
from local_azure.certificates import Certificates, trust
from local_azure.cloud import LocalAzure, Options
from local_azure.functions_host.process import FunctionsHostProcess
from local_azure.functions_host.routes import Keys
from local_azure.serving import ServerThread, open_socket, url_of
from tests.programs import REPOSITORY
from tests.src.PipelineSchedule.workspace_double import ENDPOINT_ID, PIPELINE_ID, WorkspaceDouble

BODY = {"experiment_name": "batch_scoring", "parameters": {"size": 50}}
PIPELINES = f"nightly=published:{PIPELINE_ID}, latest=endpoint:{ENDPOINT_ID}, new=batch:scoring"
SETTINGS = {"SUBMITTABLE_PIPELINES": PIPELINES, "SCHEDULED_PIPELINE": "nightly",
            "PIPELINE_SCHEDULE": "0 0 6 1 1 *", "SCHEDULED_PARAMETERS": '{{"size": 7}}'}


@pytest.fixture(scope="module")
def running(tmp_path_factory, sample_workspace):
    """A local Azure whose Resource Manager, for the functions that start pipelines, is the double beside it."""
    folder, opened = tmp_path_factory.mktemp("start_pipelines"), open_socket("workspace", 0)
    double = WorkspaceDouble(url_of(opened), WorkspaceId(
        sample_workspace.subscription_id, sample_workspace.resource_group, sample_workspace.name))
    options = Options(settings={**SETTINGS, "RESOURCE_MANAGER_ENDPOINT": double.url})
    with LocalAzure(folder, sample_workspace, options) as azure:
        servers = ServerThread(Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key"))
        servers.serve({opened: Starlette(routes=double.routes())})
        yield azure, double
        servers.close()
    opened.close()


@pytest.fixture
def workspace(running):
    _, double = running
    return renewed(double)


def renewed(double):
    """As it was made."""
    double.__init__(double.url, double.workspace)
    return double


@pytest.fixture
def client(running):
    azure, _ = running
    with calling(azure, azure.endpoints.functions_host) as client:
        yield client


@pytest.fixture(scope="module")
def hurried(running, tmp_path_factory):
    """Calls another instance of the app, which answers within a second, and has its token and its workspace."""
    azure, double = running
    folder, opened = tmp_path_factory.mktemp("hurried"), open_socket("functions_host", 0)
    host = FunctionsHostProcess(opened, Certificates.create(folder), azure.endpoints.functions_key, {
        **azure.function_environment(), "ANSWER_TIMEOUT_SECONDS": "1"}, threads=4, log=folder / "host.log")
    host.start()
    try:
        with calling(azure, host.url, folder / "ca.pem") as client:
            renewed(double)
            assert any(start(client).status_code == 202 for _ in range(60))  # a busy machine may need more than one
            yield client
    finally:
        host.stop(kill=True)  # what it still waits for is of no interest


def calling(azure, host, authority=None):
    return httpx.Client(base_url=f"{host}/api", timeout=60, trust_env=False,
                        headers={"x-functions-key": Keys.of(azure.endpoints.functions_key).function},
                        verify=trust(authority or azure.endpoints.certificate_authority))


@pytest.fixture
def due_now(running, client):
    """The timer of the schedule fires."""
    azure, _ = running
    return lambda: client.post(f"{azure.endpoints.functions_host}/admin/functions/SubmitOnSchedule",
                               params={"code": azure.endpoints.functions_key})


@pytest.fixture
def key():
    """The app remembers those of earlier tests."""
    return uuid.uuid4().hex


def start(client, body=BODY, name="nightly", key=None, **given):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"/pipelines/{name}/runs", content=content,
                       headers={"Idempotency-Key": key} if key else {}, **given)


def error_of(answer):
    return answer.json()["error"]


def test_a_run_is_started_and_its_page_and_status_are_told(workspace, client):
    answer = start(client)
    assert answer.status_code == 202
    assert answer.json() == {
        "run_id": "run-1", "experiment_name": "batch_scoring", "is_repeat": False,
        "portal_url": workspace.workspace.page_of("run-1", "https://ml.azure.com"),
        "status_url": f"{client.base_url}runs/run-1"}
    assert answer.headers["location"] == answer.json()["status_url"]
    [(_, _, body)] = workspace.started
    assert (body["ExperimentName"], body["ParameterAssignments"]) == ("batch_scoring", {"size": "50"})
    assert body["Tags"]["submitted_by"] == "function"


def test_the_body_of_published_pipelines_needs_no_change(workspace, client):
    assert start(client, {"ExperimentName": "batch_scoring", "ParameterAssignments": {"size": 50}}).status_code == 202
    assert workspace.started[0][2]["ParameterAssignments"] == {"size": "50"}


@pytest.mark.parametrize("name", ["latest", "new"])
def test_endpoints_are_started_too(workspace, client, name):
    assert start(client, name=name).json()["run_id"] == "run-1"


def test_the_same_key_is_one_run(workspace, client, key):
    answers = [start(client, key=key).json() for _ in range(2)]
    assert [(one["run_id"], one["is_repeat"]) for one in answers] == [("run-1", False), ("run-1", True)]
    assert start(client, {**BODY, "parameters": {"size": 60}}, key=key).status_code == 409
    assert len(workspace.started) == 1


@pytest.mark.parametrize(("body", "fields"), [
    (b"{", ["body"]), (b"size=50", ["body"]), (b"[]", ["body"]), ({"parameters": {"size": []}}, ["parameters.size"]),
    ({"parameters": {"sise": 1}}, ["parameters.sise"]), ({"experiment_name": 5, "colour": 1},
                                                         ["colour", "experiment_name"])],
    ids=["half", "form", "array", "type", "unknown parameter", "several"])
def test_a_wrong_request_is_told_field_by_field(workspace, client, body, fields):
    answer = start(client, body)
    assert (answer.status_code, error_of(answer)["code"]) == (400, "InvalidRequest")
    assert [one["target"] for one in error_of(answer)["details"]] == fields
    assert workspace.started == []


def test_a_name_that_may_not_be_started_is_not_found_and_no_other_is_told(workspace, client):
    answer = start(client, name="weekly")
    assert (answer.status_code, error_of(answer)["code"]) == (404, "PipelineNotFound")
    assert "nightly" not in answer.text and workspace.requests == []


def test_a_megabyte_is_too_large(workspace, client):
    answer = start(client, b'{"description": "' + b"x" * 1_000_000 + b'"}')
    assert (answer.status_code, error_of(answer)["code"]) == (413, "BodyTooLarge")


def test_a_chunked_body_does_not_arrive_and_starts_nothing(workspace, client):
    answer = client.post("/pipelines/nightly/runs", content=iter([json.dumps(BODY).encode()]))
    assert (answer.status_code, error_of(answer)["code"]) == (411, "LengthRequired")
    assert workspace.started == []


def test_an_empty_body_asks_for_nothing_but_the_run(workspace, client):
    assert start(client, b"").json()["experiment_name"] == "nightly"


def test_without_the_hosts_key_nothing_is_started(workspace, client):
    client.headers.pop("x-functions-key")
    assert [start(client, params=given).status_code for given in (None, {"code": "wrong"})] == [401, 401]
    assert workspace.requests == []


@pytest.mark.parametrize(("answer", "status", "code"), [
    (Response(status_code=401), 502, "AccessDenied"), (Response(status_code=403), 502, "AccessDenied"),
    (Response(status_code=503), 503, "ServiceUnavailable"), (Response(status_code=500), 503, "ServiceUnavailable"),
    (Response(status_code=429, headers={"Retry-After": "40"}), 429, "Throttled")])
def test_what_azure_machine_learning_refuses_is_told_with_its_cure(workspace, client, answer, status, code):
    workspace.refusal = answer
    refused = start(client)
    assert (refused.status_code, error_of(refused)["code"]) == (status, code)
    assert ("retry-after" in refused.headers) == (status in (429, 503))
    if code == "AccessDenied":
        assert "the role AzureML Data Scientist" in error_of(refused)["message"]


@pytest.mark.parametrize(("pipeline", "said"), [({"EntityStatus": "2"}, "is disabled"), (None, "no such published")],
                         ids=["disabled", "deleted"])
def test_a_pipeline_that_is_off_or_gone_is_a_conflict_and_fails_its_schedule(
        workspace, client, due_now, pipeline, said):
    workspace.pipeline = pipeline
    answer = start(client)
    assert (answer.status_code, error_of(answer)["code"]) == (409, "PipelineUnavailable")
    assert said in error_of(answer)["message"]
    failed = due_now()
    assert failed.status_code == 500 and said in unquote(failed.headers["x-reason"])
    assert workspace.started == []


@pytest.mark.parametrize("fault", [
    (None, True), (Response(status_code=504), True), (Response("{", media_type="application/json"), True),
    (JSONResponse(["half"]), True)], ids=["broken", "time-out", "half an answer", "another answer"])
def test_a_run_that_was_started_before_its_answer_was_lost_is_the_one(workspace, client, fault, key):
    workspace.faults = [fault]
    assert start(client, key=key).json()["run_id"] == "run-1"
    assert start(client, key=key).json()["is_repeat"]
    assert len(workspace.started) == 1


def test_a_request_that_was_lost_is_not_sent_again(workspace, client, key):
    workspace.faults = [(Response(status_code=502), False)]
    answer = start(client, key=key)
    assert (answer.status_code, error_of(answer)["code"]) == (503, "ServiceUnavailable")
    assert "with the same Idempotency-Key" in error_of(answer)["message"]
    assert len(workspace.started) == 1


@pytest.mark.parametrize(("held", "started"), [("/Pipelines/", 0), ("/PipelineSubmit/", 1)],
                         ids=["before", "after the run has started"])
def test_a_service_that_is_slow_is_not_waited_for_and_the_key_finds_what_it_has_started(
        workspace, client, hurried, key, held, started):
    workspace.held = held
    answer = start(hurried, key=key)
    while len(workspace.started) < started:  # a busy machine may not have come so far
        answer = start(hurried, key=key)
    workspace.go_on.set()
    assert (answer.status_code, error_of(answer)["code"]) == (503, "ServiceUnavailable")
    assert answer.headers["retry-after"] == "30"
    assert len(workspace.started) == started
    again = start(client, key=key)
    assert (again.status_code, again.json()["is_repeat"]) == (202, bool(started))
    assert len(workspace.started) == 1


def test_what_becomes_of_a_run_is_told_in_time_or_to_be_asked_for_again(running, hurried, sample_workspace):
    azure, _ = running
    azure.traffic.slow_down(20, "machine_learning")
    answer = hurried.get(f"/runs/{sample_workspace.runs[0].id}")
    azure.traffic.reset()
    assert (answer.status_code, error_of(answer)["code"]) == (503, "ServiceUnavailable")
    assert "retry-after" in answer.headers


def test_the_clock_starts_one_run_for_each_time(workspace, due_now):
    assert [due_now().status_code for _ in range(2)] == [202, 202]
    [(_, _, body)] = workspace.started
    assert body["ParameterAssignments"] == {"size": "7"}
    assert {name: body["Tags"][name] for name in ("submitted_by", "schedule")} == {
        "submitted_by": "timer", "schedule": "nightly"}
    due = datetime.fromisoformat(body["Tags"]["scheduled_time"])
    assert (due.month, due.day, due.hour, due.minute, due.second) == (1, 1, 6, 0, 0)


def test_schedules_of_azure_machine_learning_are_managed_by_commands(workspace, running):
    azure, _ = running

    def command(*arguments):
        ended = subprocess.run(
            [sys.executable, "-m", "PipelineSchedule", *arguments], cwd=REPOSITORY / "src", capture_output=True,
            text=True, env={"PATH": os.environ["PATH"], **azure.function_environment()}, timeout=60)
        return ended.returncode, (ended.stdout + ended.stderr).splitlines()
    begin = ("--experiment", "batch_scoring", "--start", "2026-12-01T06:00:00", "--parameter", "size=50")
    assert command("create", "weekly", "--job", "first_job", *begin, "--cron", "0 6 * * 1") == (0, ["created weekly"])
    assert command("create", "nightly", "--published", PIPELINE_ID, *begin, "--frequency", "Day", "--hour", "6")[0] == 0
    assert command("disable", "weekly") == (0, ["disabled weekly"])
    code, (_, nightly, weekly) = command("list")
    assert code == 0
    assert "every day at 6 h 00 UTC" in nightly and f"published:{PIPELINE_ID}" in nightly and " yes" in nightly
    assert "cron 0 6 * * 1 UTC" in weekly and "job:first_job" in weekly and " no" in weekly
    assert command("delete", "weekly") == (0, ["deleted weekly"])
    code, said = command("enable", "weekly")
    assert code == 1 and "does not know it" in said[0]


def test_what_became_of_a_run_is_told_with_the_step_that_failed_first(client, sample_workspace):
    failed = next(run for run in sample_workspace.runs
                  if run.record.get("status") == "Failed" and run.record.get("runType") == "azureml.PipelineRun")
    answer = client.get(f"/runs/{failed.id}")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["run_id"], told["status"]) == (failed.id, "Failed")
    assert told["cause"]["step_name"] and told["cause"]["message"]
    assert told["end_time"].endswith("Z")


@pytest.mark.parametrize("run_id", ["none", "a%3Fb", ".."])
def test_a_run_that_is_not_there_is_not_found(client, run_id):
    answer = client.get(f"/runs/{run_id}")
    assert answer.status_code == 404
    assert run_id == ".." or error_of(answer)["code"] == "RunNotFound"
