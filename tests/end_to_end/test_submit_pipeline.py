"""Pipelines of the local workspace are started by the functions, and their runs run, end and are recorded."""
import json
import time
import uuid

import httpx
import pytest

from local_azure.certificates import trust
from local_azure.cloud import LocalAzure
from local_azure.commands.demos.caller import calling
from local_azure.commands.demos.schedule.pipeline import publish
from local_azure.functions_host.routes import Keys
from local_azure.options import Options
from tests.end_to_end.conftest import read_traces

SUBMITTER = "7c1f4f0e-2f5d-4a0b-8a57-5d8e0f3b6c21"
SETTINGS = {"SUBMITTER_CLIENT_ID": SUBMITTER, "SCHEDULED_PIPELINE": "scoring", "PIPELINE_SCHEDULE": "0 0 6 1 1 *",
            "SCHEDULED_PARAMETERS": '{{"rows": 5}}'}


def publish_first(environment):
    with calling(environment) as caller:
        scoring = publish(caller)
        endpoint = f"{environment['RESOURCE_MANAGER_ENDPOINT']}{caller.workspace_id}/batchEndpoints/scoring"
        caller.ask("PUT", endpoint, {"properties": {"authMode": "AADToken", "defaults": {"deploymentName": "blue"}}})
        for name in ("blue", "green"):
            caller.ask("PUT", f"{endpoint}/deployments/{name}", {"properties": {"deploymentConfiguration": {
                "deploymentConfigurationType": "PipelineComponent",
                "componentId": {"assetId": f"{caller.workspace_id}/components/{scoring}"}}}})
        return {"SUBMITTABLE_PIPELINES": f"scoring=published:{scoring}, new=batch:scoring, green=batch:scoring@green, "
                                         f"disabled=published:{publish(caller)}"}


@pytest.fixture(scope="module")
def azure(tmp_path_factory, sample_workspace):
    options = Options(settings=SETTINGS, prepare=publish_first)
    with LocalAzure(tmp_path_factory.mktemp("pipelines"), sample_workspace, options) as running:
        yield running


@pytest.fixture
def client(azure):
    with httpx.Client(base_url=f"{azure.endpoints.functions_host}/api", timeout=30, trust_env=False,
                      headers={"x-functions-key": Keys.of(azure.endpoints.functions_key).function},
                      verify=trust(azure.endpoints.certificate_authority)) as client:
        yield client


@pytest.fixture
def start(client):
    def post(parameters, name="scoring", key=None):
        return client.post(f"/pipelines/{name}/runs", json={"parameters": parameters},
                           headers={"Idempotency-Key": key or uuid.uuid4().hex})
    return post


@pytest.fixture
def record_of(azure):
    """Waits until a run is recorded."""
    def wait(is_it):
        deadline = time.monotonic() + 60
        while not (found := [record for record, *_ in read_traces(azure) if is_it(record)]):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return found[0]
    return wait


def test_a_run_is_started_ends_and_is_recorded_with_what_started_it(client, start, record_of):
    started = start({"rows": 3}).json()
    record = record_of(lambda record: record["run_id"] == started["run_id"])
    assert (record["run_status"], record["experiment_name"]) == ("Completed", "scoring")
    assert record["run_url"].startswith(started["portal_url"])
    assert '"submitted_by": "function"' in record["tags"]
    assert client.get(started["status_url"]).json()["status"] == "Completed"


def test_the_step_that_failed_is_told_as_the_cause(client, start, record_of):
    started = start({"rows": 0}).json()
    record_of(lambda record: record["run_id"] == started["run_id"])
    told = client.get(started["status_url"]).json()
    assert (told["status"], told["cause"]["step_name"]) == ("Failed", "score")
    assert "there are no rows to score" in told["cause"]["message"]


def test_the_key_is_found_again_by_the_tags_of_the_run_or_by_the_batch_endpoint(azure, start):
    first, of_job = start({"rows": 1}, key="one").json(), start({}, name="new", key="one").json()
    azure.restart_functions_host()
    again, other = start({"rows": 1}, key="one").json(), start({"rows": 2}, key="one")
    assert (first["is_repeat"], again["is_repeat"], again["run_id"]) == (False, True, first["run_id"])
    assert (other.status_code, other.json()["error"]["code"]) == (409, "KeyReused")
    assert start({}, name="new", key="one").json()["run_id"] == of_job["run_id"]


@pytest.mark.parametrize("parameters", [{"rows": "many"}, {"colour": "red"}])
def test_a_parameter_that_the_workspace_refuses_is_named(start, parameters):
    answer = start(parameters)
    assert answer.status_code == 400
    assert [one["target"] for one in answer.json()["error"]["details"]] == [f"parameters.{name}" for name in parameters]


def test_a_disabled_pipeline_starts_no_run(azure, start):
    environment = azure.function_environment()
    pipeline_id = environment["SUBMITTABLE_PIPELINES"].rpartition(":")[2]
    with calling(environment) as caller:
        pipelines = f"{caller.find_services()}/pipelines/v1.0{caller.workspace_id}/Pipelines"
        caller.ask("PUT", f"{pipelines}/{pipeline_id}/status", "Disabled")
    answer = start({}, name="disabled")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "PipelineUnavailable")


def test_the_clock_starts_one_run_for_each_time(azure, client, record_of, sample_workspace):
    for _ in range(2):
        answer = client.post(f"{azure.endpoints.functions_host}/admin/functions/SubmitOnSchedule",
                             params={"code": azure.endpoints.functions_key})
        assert answer.status_code == 202, answer.headers
    record = record_of(lambda record: '"submitted_by": "timer"' in record.get("tags", ""))
    assert (record["run_status"], json.loads(record["tags"])["schedule"]) == ("Completed", "scoring")
    assert json.loads(record["tags"])["scheduled_time"].endswith("-01-01T06:00:00Z")
    history = azure.history.workspace(sample_workspace.arm_id)
    assert len(history.query(history.experiment("scoring"), '(Tags/submitted_by eq "timer")')) == 1


@pytest.mark.parametrize(("name", "deployment"), [("new", "blue"), ("green", "green")])
def test_a_batch_endpoint_is_invoked_and_its_job_is_the_callers(client, start, record_of, name, deployment):
    started = start({"rows": 2}, name=name).json()
    record = record_of(lambda record: record["run_id"] == started["run_id"])
    assert (record["run_status"], record["experiment_name"], record["deployment_name"], record["run_source"]) == (
        "Completed", name, deployment, "BatchDeployment")
    assert record["submitted_by"] == SUBMITTER
    step = record_of(lambda record: record["parent_run_id"] == started["run_id"] != record["run_id"])
    assert step["submitted_by"] == SUBMITTER
    assert client.get(started["status_url"]).json()["status"] == "Completed"


def test_an_input_that_the_endpoint_refuses_is_named(start):
    answer = start({"rows": "many"}, name="new")
    assert answer.status_code == 400
    assert [one["target"] for one in answer.json()["error"]["details"]] == ["parameters.rows"]
