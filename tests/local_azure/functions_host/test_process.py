"""The functions host as a process: started, stopped, killed and started again, from outside."""
import os
import shlex
import sys
from pathlib import Path

import httpx
import pytest

from local_azure.certificates import Certificates, trust
from local_azure.functions_host.command import OWN, HostCommand
from local_azure.functions_host.process import FunctionsHostError, FunctionsHostProcess
from local_azure.functions_host.routes import Keys, read_reason
from local_azure.serving import open_socket, url_of

KEY = "the-key"
KEYLESS = Path(__file__).with_name("keyless_host.py")


@pytest.fixture
def open_host(tmp_path):
    """Makes a process with these variables in its environment, not yet started, and its URL."""
    certificates, opened, made = Certificates.create(tmp_path), open_socket("functions_host", 0), []

    def make(command=OWN, **environment):
        made.append(FunctionsHostProcess(opened, certificates, KEY, {"HOME": str(tmp_path), **environment}, threads=2,
                                         log=tmp_path / "host.log", command=command))
        assert made[-1].url in (url_of(opened), url_of(opened).replace("https", "http"))
        return made[-1], made[-1].url

    yield make
    for host in made:
        host.stop()
    opened.close()


@pytest.fixture
def client(tmp_path, open_host):
    with httpx.Client(verify=trust(tmp_path / "ca.pem"), trust_env=False, timeout=60,
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
    with pytest.raises(FunctionsHostError, match="(?s)did not start: it ended with exit code 1\n.*/nowhere"):
        host.start()
    assert not is_alive(host.process_id)


def python(*words):
    """The command of another host: Python with these words."""
    return HostCommand.parse(shlex.join([sys.executable, *map(str, words)]))


def test_the_own_host_is_asked_for_the_key_of_its_webhook(open_host):
    host, _ = open_host()
    assert host.start() == Keys.of(KEY).system


def test_another_host_is_started_in_the_folder_of_the_app_and_spoken_to_as_it_answers(open_host, client):
    host, url = open_host(python(KEYLESS, "{port}", "{app}"), WORKSPACE_NAME="given")
    assert host.start() == ""  # it takes events without a key
    told = client.get(f"{url}/told").json()
    assert told["folder"] == told["arguments"][1] and (Path(told["folder"]) / "function_app.py").exists()
    assert {name: told["environment"].get(name) for name in (
        "WORKSPACE_NAME", "FUNCTIONS_WORKER_RUNTIME", "PYTHON_THREADPOOL_THREAD_COUNT", "FUNCTIONS_MASTER_KEY")} == {
            "WORKSPACE_NAME": "given", "FUNCTIONS_WORKER_RUNTIME": "python", "PYTHON_THREADPOOL_THREAD_COUNT": "2",
            "FUNCTIONS_MASTER_KEY": KEY}
    assert told["environment"]["PATH"].startswith(str(Path(sys.executable).parent))


def test_what_another_host_has_started_ends_with_it(open_host, client):
    inner = shlex.join([sys.executable, str(KEYLESS), "{port}"])
    host, url = open_host(HostCommand.parse(f"sh -c '{inner} & wait'"))
    host.start()
    process_id = client.get(f"{url}/told").json()["process_id"]
    assert process_id != host.process_id
    host.stop()
    with pytest.raises(httpx.TransportError):
        client.get(f"{url}/admin/host/ping")


@pytest.mark.parametrize("words, reason", [
    ((KEYLESS, "{port}", "no functions"), "it has loaded no function"),
    ((KEYLESS, "{port}", "another key"), "it does not take the key: put its master key into FUNCTIONS_MASTER_KEY"),
    (("-c", "import sys; sys.exit('out of order')", "{port}"), "it ended with exit code 1\nout of order"),
])
def test_another_host_that_cannot_be_used_is_stopped_and_the_reason_told(open_host, words, reason):
    host, _ = open_host(python(*words))
    with pytest.raises(FunctionsHostError) as raised:
        host.start()
    assert str(raised.value).startswith(f"the functions host did not start: {reason}")
    assert not is_alive(host.process_id)


def test_a_command_that_is_not_there_is_named(open_host):
    host, _ = open_host(HostCommand.parse("no-such-command start --port {port}"))
    with pytest.raises(FunctionsHostError, match="no-such-command: No such file or directory"):
        host.start()


def test_stopping_a_host_that_never_started_does_nothing(open_host):
    host, _ = open_host()
    host.stop()
