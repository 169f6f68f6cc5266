"""What a caller is told where the model's server does not answer, or not for him."""
import asyncio
import socket
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from local_azure.machine_learning.online_endpoints.definitions import Definition
from local_azure.machine_learning.online_endpoints.deployments import Deployment
from local_azure.machine_learning.online_endpoints.models import OnlineEndpoints
from local_azure.machine_learning.online_endpoints.scoring_routes import routes
from local_azure.machine_learning.online_endpoints.server import InferenceServer

DEFINITION = Definition(None, ("scoring", "1"), "score.py", {}, False, 1, request_seconds=0.2)


@pytest.fixture
def ask(history, workspace):
    """The answer to a request for the one deployment, whose server is at that URL; None where it has none."""
    def ask_endpoint(url, token="a-token", mode="AADToken", traffic=True):
        async def scenario():
            endpoints = OnlineEndpoints(None, "a-token".__eq__)
            history_of_one = history.workspace(workspace.arm_id)
            endpoint = endpoints.put(history_of_one, "one", {"properties": {"authMode": mode}})
            server = InferenceServer(url, Path("log"), None) if url else None
            endpoint.deployments["blue"] = Deployment("blue", {}, DEFINITION, "Succeeded", server=server)
            endpoint.traffic.set({"blue": 100} if traffic else {})
            transport = httpx.ASGITransport(Starlette(routes=routes(endpoints)))
            async with httpx.AsyncClient(transport=transport, base_url="https://here") as client:
                return await client.post("/one/score", content=b"{}", headers={"Authorization": f"Bearer {token}"})
        return asyncio.run(scenario())
    return ask_endpoint


@pytest.fixture
def silent():
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_model_that_takes_too_long_is_not_waited_for(ask, silent):
    answer = ask(silent)
    assert (answer.status_code, "longer than 0.2 seconds" in answer.text) == (408, True)
    assert answer.headers["azureml-model-deployment"] == "blue"


def test_a_server_that_has_gone_is_told(ask):
    answer = ask("http://127.0.0.1:9")
    assert (answer.status_code, "does not answer (ConnectError)" in answer.text) == (502, True)


def test_a_deployment_without_a_server_answers_nothing(ask):
    assert ask(None).status_code == 503


def test_without_traffic_there_is_nobody_to_answer(ask, silent):
    answer = ask(silent, traffic=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NotFound")


@pytest.mark.parametrize(("mode", "token"), [("AADToken", "another"), ("Key", "a-token"), ("Key", "")])
def test_a_token_opens_no_endpoint_with_keys_nor_another_token_one_with_tokens(ask, silent, mode, token):
    assert ask(silent, token, mode).status_code == 401
