import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from local_azure.machine_learning.run_history.raw_runs import raw_run
from local_azure.machine_learning.routes import routes
from local_azure.scenarios.models import Experiment


@pytest.fixture
def client(history) -> TestClient:
    return TestClient(Starlette(routes=routes(history)), base_url="https://127.0.0.1:8443",
                      headers={"Authorization": "Bearer token"})


@pytest.fixture
def run_history(workspace) -> str:
    return f"/history/v1.0{workspace.arm_id}"


def test_discovery_needs_no_token_and_names_the_url_that_was_asked(client):
    services = client.get("/discovery", headers={"Authorization": ""}).json()
    assert services["history"] == services["api"] == "https://127.0.0.1:8443"
    assert services["studio"] == "https://ml.azure.com"


@pytest.mark.parametrize("path", [
    "/runs/train", "/experimentids/e1/runs/train", "/experiments/flight-delay/runs/train"])
def test_run_is_served_under_each_of_its_paths(client, run_history, path):
    assert client.get(run_history + path).json()["runId"] == "train"


@pytest.mark.parametrize("path", ["/experimentids/e1", "/experiments/flight-delay"])
def test_experiment_is_served_by_id_and_by_name(client, run_history, path):
    answer = client.get(run_history + path).json()
    assert (answer["experimentId"], answer["name"]) == ("e1", "flight-delay")


@pytest.mark.parametrize("path", ["/experimentids/e1", "/experiments/flight-delay"])
def test_details_are_served(client, run_history, path):
    answer = client.get(f"{run_history}{path}/runs/prepare/details").json()
    assert answer["outputDatasets"] == [{"identifier": {"savedId": "prepared-data"}}]


def test_experiment_whose_name_has_a_slash_is_served_by_id_alone(client, history, workspace, run_history):
    history.workspace(workspace.arm_id).put_experiment(Experiment("e3", "dev/test", "2023-01-01T00:00:00Z"))
    assert client.get(f"{run_history}/experimentids/e3").json()["name"] == "dev/test"
    assert client.get(f"{run_history}/experiments/dev%2Ftest").status_code == 404
    listed = client.post(f"{run_history}/experiments:query", json={}).json()["value"]
    assert "dev/test" in [each["name"] for each in listed]


def test_children_are_one_page(client, run_history):
    page = client.get(f"{run_history}/experiments/flight-delay/runs/pipeline/children").json()
    assert [run["runId"] for run in page["value"]] == ["train", "prepare"]
    assert page["continuationToken"] is None


@pytest.mark.parametrize("path", ["/experimentids/e1", "/experiments/flight-delay"])
def test_posted_query_filters_runs(client, run_history, path):
    page = client.post(f"{run_history}{path}/runs:query",
                       json={"filter": '(RootRunId eq pipeline and (Tags/team eq "quality"))'}).json()
    assert [run["runId"] for run in page["value"]] == ["prepare"]


def test_query_with_another_filter_is_a_user_error(client, run_history):
    answer = client.post(f"{run_history}/experiments/flight-delay/runs:query", json={"filter": "Colour eq red"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "UserError")


def test_log_files_of_a_folder_are_listed_with_their_urls(client, workspace):
    files = client.get(f"/artifact/v2.0{workspace.arm_id}/artifacts/prefix/contentinfo/ExperimentRun/dcid.train"
                       "/system_logs").json()["value"]
    assert [each["path"] for each in files] == ["system_logs/lifecycler.log"]
    assert "sig=" in files[0]["contentUri"]


@pytest.mark.parametrize("path", [
    "/runs/unheard-of", "/experiments/unheard-of", "/experiments/churn/runs/train/details"])
def test_unknown_run_or_experiment_is_a_user_error(client, run_history, path):
    answer = client.get(run_history + path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "UserError")
    assert answer.json()["error"]["message"].endswith("was not found")


def test_unknown_workspace_is_not_found(client, run_history):
    assert client.get(f"{run_history}-2/runs/train").status_code == 404


def test_requests_without_a_bearer_token_are_refused(client, run_history):
    answer = client.get(f"{run_history}/runs/train", headers={"Authorization": ""})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UserError")


RAW = """{"runId": null, "experimentId": "e1", "parentRunId": "", "rootRunId": 7, "tags": null, "properties": [],
"startTimeUtc": {}, "inputDatasets": [null, {"identifier": 3}], "outputDatasets": "none", "runNumber": "three",
"colour": {"deep": [NaN, "\\ud800"]}}"""


@pytest.mark.parametrize("path", [
    "/runs/odd", "/experimentids/e1/runs/odd", "/experiments/flight-delay/runs/odd/details"])
def test_a_raw_run_is_answered_as_it_is(client, history, workspace, run_history, path):
    history.workspace(workspace.arm_id).put(raw_run("odd", json.loads(RAW)))
    assert json.dumps(json.loads(client.get(run_history + path).content)) == json.dumps(json.loads(RAW))


def test_a_raw_run_of_any_shape_is_no_obstacle_to_lists_and_datasets(client, history, workspace, run_history):
    runs = history.workspace(workspace.arm_id)
    for number, value in enumerate([None, 5, "text", [], {}]):
        runs.put(raw_run(f"odd-{number}", {name: value for name in json.loads(RAW)} | {"experimentId": "e1"}))
    page = client.post(f"{run_history}/experiments/flight-delay/runs:query", json={}).json()
    assert len(page["value"]) == len(workspace.runs) - 1 + 5  # one of them is of another experiment
    runs.require_dataset("prepared-data")
