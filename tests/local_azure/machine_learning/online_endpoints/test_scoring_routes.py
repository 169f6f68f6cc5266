"""What a caller is told where the model's server does not answer, or not for him."""
import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from local_azure.machine_learning.online_endpoints.definitions import Definition
from local_azure.machine_learning.online_endpoints.deployments import Deployment
from local_azure.machine_learning.online_endpoints.models import OnlineEndpoints
from local_azure.machine_learning.online_endpoints.scoring_routes import routes
from local_azure.machine_learning.online_endpoints.server import InferenceServer

DEFINITION = Definition(None, ("scoring", "1"), "score.py", {}, False, 1, request_seconds=0)


@pytest.fixture
def ask(history, workspace):
    """The answer to a request for the one deployment, whose server is at that URL; None where it has none."""
    def ask_endpoint(url, token="a-token", mode="AADToken", traffic=True, path="score", headers=(), seconds=0.2):
        async def scenario():
            endpoints = OnlineEndpoints(None, "a-token".__eq__)
            history_of_one = history.workspace(workspace.arm_id)
            endpoint = endpoints.put(history_of_one, "one", {"properties": {"authMode": mode}})
            server = InferenceServer(url, Path("log"), None) if url else None
            endpoint.deployments["blue"] = Deployment(
                "blue", {}, replace(DEFINITION, request_seconds=seconds), "Succeeded", server=server)
            endpoint.traffic.set({"blue": 100} if traffic else {})
            transport = httpx.ASGITransport(Starlette(routes=routes(endpoints)))
            async with httpx.AsyncClient(transport=transport, base_url="https://here") as client:
                return await client.post(f"/one/{path}", content=b"{}", headers=[
                    ("Authorization", f"Bearer {token}"), *headers])
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


def test_a_path_and_headers_come_to_the_server_as_they_were_sent_and_go_back_as_it_answers(ask):
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as threads:
        listening.settimeout(30)
        heard = threads.submit(answer_once, listening)
        answer = ask(f"http://127.0.0.1:{listening.getsockname()[1]}", path="%C3%A9/score%0A?a=%2F%0d",
                     seconds=30, headers=[(b"x-name", b"M\xfcller"), (b"x-twice", b"1"), (b"x-twice", b"2")])
        request = heard.result()
    assert request.startswith(b"POST /%C3%A9/score%0A?a=%2F%0d HTTP/1.1\r\n")
    assert all(part in request for part in (b"x-name: M\xfcller\r\n", b"x-twice: 1\r\n", b"x-twice: 2\r\n"))
    assert answer.status_code == 200
    assert [value for name, value in answer.headers.raw if name == b"x-said"] == ["é".encode(), b"\xfc"]


def answer_once(listening):
    """The head of the request that comes."""
    connection, _ = listening.accept()
    with connection:
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Said: \xc3\xa9\r\nX-Said: \xfc\r\n\r\n")
        return request


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
