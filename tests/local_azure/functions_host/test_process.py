"""The functions host as a process: started, stopped, killed and started again, from outside."""
import os

import httpx
import pytest

from local_azure.certificates import Certificates, trust
from local_azure.functions_host.process import FunctionsHostError, FunctionsHostProcess
from local_azure.functions_host.routes import read_reason
from local_azure.serving import open_socket, url_of

KEY = "the-key"


@pytest.fixture
def open_host(tmp_path):
    """Makes a process with these variables in its environment, not yet started, and its URL."""
    certificates, opened, made = Certificates.create(tmp_path), open_socket("functions_host", 0), []

    def make(**environment):
        made.append(FunctionsHostProcess(opened, certificates, KEY, {"HOME": str(tmp_path), **environment}, threads=2,
                                         log=tmp_path / "host.log"))
        return made[-1], url_of(opened)

    yield make
    for host in made:
        host.stop()
    opened.close()


@pytest.fixture
def client(tmp_path, open_host):
    with httpx.Client(verify=trust(tmp_path / "ca.pem"), trust_env=False, timeout=30,
                      headers={"Connection": "close"}) as client:  # a stopping host waits for clients that stay
        yield client


def is_alive(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def get_status(client, url):
    return client.get(f"{url}/admin/host/status", params={"code": KEY}).json()


def test_a_started_host_answers_on_the_port_and_a_stopped_one_is_gone(open_host, client):
    host, url = open_host()
    host.start()
    assert get_status(client, url) == {"state": "Running"}
    process_id = host.process_id
    assert is_alive(process_id)
    host.stop()
    assert not is_alive(process_id)
    with pytest.raises(httpx.ConnectError):
        get_status(client, url)


def test_a_killed_host_starts_again_on_the_same_port(open_host, client):
    host, url = open_host()
    host.start()
    killed = host.process_id
    host.stop(kill=True)
    assert not is_alive(killed)
    host.start()
    assert host.process_id != killed and get_status(client, url) == {"state": "Running"}


def test_the_function_has_the_given_variables_and_none_of_this_process(open_host, client, monkeypatch):
    monkeypatch.setenv("SUBSCRIPTION_ID", "of this process")
    monkeypatch.setenv("RESOURCE_GROUP", "of this process")
    host, url = open_host(WORKSPACE_NAME="given")
    host.start()
    answer = client.post(f"{url}/runtime/webhooks/EventGrid?functionName=PipelineRunMonitor&code={KEY}", json=[{}],
                         headers={"aeg-event-type": "Notification"})
    assert answer.status_code == 500
    assert "SUBSCRIPTION_ID, RESOURCE_GROUP not set" in read_reason(answer.headers)


def test_a_host_that_cannot_start_says_so_with_its_last_words(open_host):
    host, _ = open_host(PYTHONHOME="/nowhere")
    with pytest.raises(FunctionsHostError, match="(?s)^the functions host did not start:\n.*/nowhere"):
        host.start()
    assert not is_alive(host.process_id)


def test_stopping_a_host_that_never_started_does_nothing(open_host):
    host, _ = open_host()
    host.stop()
