"""Talking to a local Azure from another process: when there is none, when it has gone, when it breaks off."""
from dataclasses import fields

import httpx
import pytest

from local_azure.certificates import Certificates
from local_azure.commands.connecting import connected, read_error
from local_azure.commands.failure import CommandError
from local_azure.endpoints import Endpoints, NotRunningError
from local_azure.serving import ServerThread, open_socket, url_of


@pytest.fixture
def certificates(tmp_path):
    return Certificates.create(tmp_path)


def save_endpoints(folder, url, authority):
    texts = {field.name: url for field in fields(Endpoints)}
    Endpoints(**{**texts, "certificate_authority": str(authority)}).save(folder)


def request(folder):
    with connected(folder) as (endpoints, client):
        return client.get(f"{endpoints.control}/requests")


def test_without_endpoints_none_runs(tmp_path):
    with pytest.raises(NotRunningError, match="no local Azure is running here"):
        request(tmp_path)


def test_where_nobody_listens_any_more_it_has_gone(tmp_path, certificates):
    with open_socket("control", 0) as opened:
        url = url_of(opened)
    save_endpoints(tmp_path, url, certificates.authority)
    with pytest.raises(NotRunningError, match="has gone: start one"):
        request(tmp_path)


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_text("no PEM")])
def test_without_its_authority_it_has_gone(tmp_path, certificates, damage):
    save_endpoints(tmp_path, "https://127.0.0.1:1", certificates.authority)
    damage(certificates.authority)
    with pytest.raises(NotRunningError, match="has gone: start one"):
        request(tmp_path)


@pytest.fixture
def serve(tmp_path, certificates):
    """Serves an application in the place of the local Azure's services."""
    servers = ServerThread(certificates)

    def serve(application, authority=certificates.authority):
        opened = open_socket("control", 0)
        servers.serve({opened: application})
        save_endpoints(tmp_path, url_of(opened), authority)

    yield serve
    servers.close()


async def answer_half(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
    await send({"type": "http.response.body", "body": b"half", "more_body": True})


def test_an_answer_that_breaks_off_is_a_clear_line(tmp_path, serve):
    serve(answer_half)
    with pytest.raises(CommandError, match=r"does not answer \(RemoteProtocolError\)"):
        request(tmp_path)


def test_a_server_with_other_certificates_is_not_the_local_azure(tmp_path, serve):
    (tmp_path / "other").mkdir()
    serve(answer_half, Certificates.create(tmp_path / "other").authority)
    with pytest.raises(NotRunningError, match="has gone"):
        request(tmp_path)


@pytest.mark.parametrize(("answer", "text"), [
    (httpx.Response(400, json={"error": {"code": "BadRequest", "message": "It lacks an id."}}), "It lacks an id."),
    (httpx.Response(400, json={"error": {"message": "General", "@message": "Syntax error"}}), "Syntax error"),
    (httpx.Response(503, text="busy"), "HTTP 503 busy"),
    (httpx.Response(503), "HTTP 503"),
    (httpx.Response(500, json=[]), "HTTP 500 []"),
    (httpx.Response(500, json={"error": "gone"}), 'HTTP 500 {"error":"gone"}')])
def test_the_reason_of_a_refusal_is_read_from_any_answer(answer, text):
    assert read_error(answer) == text
