"""Deployments are the real inference server; what is not healthy takes no traffic, and what they log can be queried."""
import json
import time

import pytest

from local_azure.cloud import LocalAzure
from local_azure.machine_learning.online_endpoints.environments import ENVIRONMENTS, MAKE, InferenceEnvironment
from local_azure.options import Options
from tests.local_azure.machine_learning.living_azure import WORKSPACE
from tests.local_azure.machine_learning.online_endpoints.client import SCRIPTS, Client
from tests.programs import REPOSITORY, do_without

TRACE_PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
NEVER = {"initialDelay": "PT0S", "period": "PT0.5S", "failureThreshold": 3}


@pytest.fixture(scope="module")
def azure(tmp_path_factory):
    made = InferenceEnvironment(REPOSITORY / ENVIRONMENTS)
    if not made.is_ready:
        do_without("the environment of the inference server", MAKE)
    with LocalAzure(tmp_path_factory.mktemp("azure"), WORKSPACE, Options(inference=made)) as running:
        yield running


@pytest.fixture(scope="module")
def client(azure):
    found = Client.of(azure, WORKSPACE)
    with found.http:
        yield found


@pytest.fixture(scope="module")
def ended(client):
    """How four deployments that were begun at once ended, by their names."""
    client.endpoint("diabetes", status=200)
    code = client.upload_code(SCRIPTS)
    doubles, triples = client.register("factor", '{"factor": 2}'), client.register("factor", '{"factor": 3}')
    slow, broken = client.register("slow", '{"factor": 1, "seconds": 60}'), client.register("broken", "no model")
    begun = {"blue": client.deploy("diabetes", "blue", doubles, code, telemetry=True),
             "green": client.deploy("diabetes", "green", triples, code),
             "slow": client.deploy("diabetes", "slow", slow, code, probe=NEVER),
             "broken": client.deploy("diabetes", "broken", broken, code)}
    found = {name: client.finish(operation) for name, operation in begun.items()}
    client.endpoint("diabetes", {"blue": 90, "green": 10}, status=200)
    return found


def state_of(client, name):
    return client.manage("GET", f"/onlineEndpoints/diabetes/deployments/{name}").json()["properties"][
        "provisioningState"]


def test_what_is_healthy_has_succeeded(client, ended):
    assert {ended[name]["status"] for name in ("blue", "green")} == {"Succeeded"}
    assert state_of(client, "blue") == "Succeeded"


def test_a_model_that_cannot_be_loaded_is_told_with_the_last_lines(client, ended):
    assert (ended["broken"]["status"], ended["broken"]["error"]["code"]) == ("Failed", "ResourceNotReady")
    message = ended["broken"]["error"]["message"]
    assert message.startswith("User container has crashed or terminated: it ended with exit code 3\n")
    assert "JSONDecodeError" in message
    logs = client.manage("POST", "/onlineEndpoints/diabetes/deployments/broken/getLogs", {"tail": 500}).json()
    assert "User's init function failed" in logs["content"]


def test_a_deployment_that_does_not_become_healthy_is_given_up(client, ended):
    assert ended["slow"]["status"] == state_of(client, "slow") == "Failed"
    assert "it was not healthy within 1.5 seconds" in ended["slow"]["error"]["message"]


@pytest.mark.parametrize("name", ["slow", "broken"])
def test_no_traffic_moves_to_what_is_not_healthy(client, ended, name):
    refused = client.endpoint("diabetes", {name: 100})
    assert (refused.status_code, "takes no traffic" in refused.text) == (400, True)
    assert client.manage("GET", "/onlineEndpoints/diabetes").json()["properties"]["traffic"] == {
        "blue": 90, "green": 10}
    assert client.score("diabetes", {"data": [[1.0]]}, azureml_model_deployment=name).status_code == 503


def test_traffic_is_split_by_its_shares(client, ended):
    answers = [client.score("diabetes", {"data": [[1.0, 2.0], [3.0, 4.0]]}) for _ in range(10)]
    assert [answer.json()["result"] for answer in answers].count([6.0, 14.0]) == 9
    assert [answer.headers["azureml-model-deployment"] for answer in answers].count("green") == 1


def test_a_caller_may_choose_the_deployment(client, ended):
    answer = client.score("diabetes", {"data": [[1.0]]}, azureml_model_deployment="green")
    assert answer.json() == {"result": [3.0]}
    assert client.score("diabetes", {"data": [[1.0]]}, azureml_model_deployment="none").status_code == 404


@pytest.mark.parametrize(("content", "status", "of_model", "said"), [
    (b"no JSON", 424, "400", "could not be decoded as JSON"), ({"rows": [[1.0]]}, 424, "400", "data"),
    ({"data": [[0.0]]}, 424, "500", "An unexpected error occurred in scoring script"),
    (b" " * (10 << 20) + b"1", 413, None, "larger than 10 MB")])
def test_a_request_that_cannot_be_answered_says_why(client, ended, content, status, of_model, said):
    answer = client.score("diabetes", content)
    assert (answer.status_code, answer.headers.get("ms-azureml-model-error-statuscode")) == (status, of_model)
    assert said in answer.text


def test_a_large_request_that_is_allowed_is_answered(client, ended):
    answer = client.score("diabetes", {"data": [[1.0] * 300_000]})
    assert answer.status_code == 200


def test_only_who_has_a_key_is_let_in(client, ended):
    assert client.score("diabetes", {"data": [[1.0]]}, key="another").status_code == 401
    before = client.manage("POST", "/onlineEndpoints/diabetes/listKeys").json()
    client.manage("POST", "/onlineEndpoints/diabetes/regenerateKeys", {"keyType": "Primary"}, 200)
    assert client.score("diabetes", {"data": [[1.0]]}, key=before["primaryKey"]).status_code == 401
    assert client.score("diabetes", {"data": [[1.0]]}, key=before["secondaryKey"]).status_code == 200


def rows(azure, query, count):
    """Of the answer, once there are that many: the server sends what it logs every five seconds."""
    deadline = time.monotonic() + 60
    while len(found := list(azure.store.query(query).rows)) < count:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def test_requests_and_log_lines_are_in_application_insights(azure, client, ended):
    answer = client.score("diabetes", {"data": [[1.0], [2.0]]}, azureml_model_deployment="blue",
                          traceparent=TRACE_PARENT, x_ms_client_request_id="of-the-caller", x_request_id="the-request")
    assert answer.headers["x-ms-client-request-id"] == "of-the-caller"
    [[message]] = rows(azure, "traces | where message has 'of-the-caller' | project message", 1)
    assert json.loads(message) == {"RequestId": "of-the-caller", "TraceParent": TRACE_PARENT, "NumberOfPredictions": 2}
    [request] = rows(azure, "requests | where customDimensions['Client Request Id'] == 'of-the-caller' | project name, "
                     "cloud_RoleName, tostring(customDimensions['resultCode']), "
                     "tostring(customDimensions['Container Id'])", 1)
    assert list(request[:3]) == ["/score", "diabetes", "200"] and request[3].startswith("blue-")


def test_what_answers_goes_on_until_it_is_taken_away(client, ended):
    code = client.manage("GET", "/codes/scoring/versions/1").json()["id"]
    broken = client.register("broken", "no model")
    assert client.finish(client.deploy("diabetes", "green", broken, code))["status"] == "Failed"
    assert client.score("diabetes", {"data": [[1.0]]}, azureml_model_deployment="green").json() == {"result": [3.0]}
    assert client.manage("DELETE", "/onlineEndpoints/diabetes/deployments/blue").status_code == 400  # it has traffic
    client.endpoint("diabetes", {"green": 100}, status=200)
    client.manage("DELETE", "/onlineEndpoints/diabetes/deployments/blue", status=204)
    client.endpoint("diabetes", {}, status=200)
    assert client.score("diabetes", {"data": [[1.0]]}).status_code == 404
    client.manage("DELETE", "/onlineEndpoints/diabetes", status=204)
    assert client.manage("GET", "/onlineEndpoints/diabetes").status_code == 404
