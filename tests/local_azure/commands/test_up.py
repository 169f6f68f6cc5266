"""`up`: keeps the local Azure running, alone in its folder, until a signal ends it cleanly."""
import shlex
import signal
import socket
import sys
import threading
from pathlib import Path

import httpx
import pytest

from local_azure.certificates import trust
from local_azure.endpoints import KEY_NAME, Endpoints
from local_azure.service_bus.authorization import shared_access_signature
from tests.local_azure.commands.endings import fails, stop
from tests.local_azure.endless import ENDLESS


REPOSITORY = Path(__file__).parents[3]


def list_servers():
    """The threads of this process that serve a local Azure."""
    return [thread for thread in threading.enumerate() if thread.name == "local-azure"]


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("service", ["identity", "functions_host", "control"])
def test_a_port_that_is_taken_is_a_clear_line_and_leaves_nothing_running(run_here, tmp_path, taken_port, service):
    servers = list_servers()
    line = fails(run_here("up", "--folder", tmp_path, "--port", f"{service}={taken_port}"))
    assert line.startswith(f"port {taken_port} for {service} ") and f"--port {service}=" in line
    assert list_servers() == servers
    assert not (tmp_path / "endpoints.json").exists()


@pytest.mark.parametrize("how", ["option", "variable"])
def test_another_functions_host_has_the_events(open_command, wait_until_up, run_here, tmp_path, data_folder, how):
    """Plain HTTP, started in its app's folder, as Core Tools are; here it is the own one all the same."""
    command = shlex.join(["env", f"PYTHONPATH={REPOSITORY}", sys.executable,
                          "-m", "local_azure.functions_host", "{app}", "--port", "{port}"])
    environment = {"LOCAL_AZURE_FUNCTIONS_HOST": command} if how == "variable" else {}
    arguments = ["--functions-host", command] if how == "option" else []
    process = open_command(tmp_path, "up", "--empty", *arguments, environment=environment)
    folder = tmp_path / ".local_azure"
    wait_until_up(process, folder)
    assert Endpoints.load(folder).functions_host.startswith("http://127.0.0.1:")
    event = data_folder / "events" / "event_grid_run_completed.json"
    sent = run_here("send", "--folder", folder, "--to", "function", event)
    assert sent.output.endswith(": the function answered 202\n"), sent
    stop(process, folder, signal.SIGTERM)


def test_queues_and_repositories_are_there_for_those_with_the_printed_keys(open_command, wait_until_up, tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "one.ipynb").write_text("{}")
    process = open_command(tmp_path, "up", "--empty", "--queue", "orders", "--repository",
                           f"notebooks={tmp_path / 'files'}")
    folder = tmp_path / ".local_azure"
    wait_until_up(process, folder)
    endpoints = Endpoints.load(folder)
    signature = shared_access_signature(endpoints.service_bus, KEY_NAME, endpoints.service_bus_key, 2**31)
    with httpx.Client(verify=trust(endpoints.certificate_authority), trust_env=False) as client:
        sent = client.post(f"{endpoints.service_bus}/orders/messages", headers={"Authorization": signature})
        items = client.get(f"{endpoints.devops}/org/sales/_apis/git/repositories/notebooks/items?$format=zip",
                           auth=("", endpoints.devops_key))
        page = client.get(endpoints.devops_url)
    assert (sent.status_code, items.status_code, items.content[:2], page.status_code) == (201, 200, b"PK", 200)
    stop(process, folder, signal.SIGTERM)


@pytest.mark.parametrize("text", ["notebooks", "=/", "notebooks=no_such_folder"])
def test_a_repository_that_is_no_folder_is_a_clear_line(run_here, tmp_path, text):
    ended = run_here("up", "--folder", tmp_path, "--repository", text)
    assert (ended.exit_code, f"{text!r} is not NAME=FOLDER" in ended.errors) == (2, True)


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_command_that_starts_no_functions_host_is_a_clear_line(run_here, tmp_path, command):
    ended = run_here(command, "--folder", tmp_path, "--functions-host", "func start")
    assert ended.exit_code == 2
    assert "'func start' starts no functions host: it does not say {port}" in ended.errors
    line = fails(run_here(command, "--folder", tmp_path, "--functions-host", "no-such-host {port}"), command)
    assert line.startswith("the functions host did not start: no-such-host: No such file")


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_folder_has_one_local_azure_at_a_time(run_here, up_folder, command):
    endpoints = Endpoints.load(up_folder)
    assert fails(run_here(command, "--folder", up_folder), command).startswith(
        f"a local Azure is already running in {up_folder}: ")
    assert Endpoints.load(up_folder) == endpoints
    assert run_here("query", "--folder", up_folder, "-e", "traces | count").exit_code == 0


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_folder_with_other_things_in_it_is_left_alone(run_here, tmp_path, command):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("mine")
    assert "holds other things" in fails(run_here(command, "--folder", tmp_path), command)
    assert (tmp_path / "home" / "letter.txt").read_text() == "mine"


def test_a_folder_that_is_a_file_is_a_clear_line(run_here, tmp_path):
    (tmp_path / "file").touch()
    assert str(tmp_path / "file") in fails(run_here("up", "--folder", tmp_path / "file"))


def test_the_folder_says_what_points_an_sdk_there(up_folder):
    variables = (up_folder / "sdk.env").read_text()
    assert f"export IDENTITY_ENDPOINT={Endpoints.load(up_folder).identity}/msi/token\n" in variables
    assert "export WORKSPACE_NAME=sample-ws\n" in variables


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(open_command, wait_until_up, tmp_path, signal_number):
    process = open_command(tmp_path, "up", "--empty")
    wait_until_up(process, tmp_path / ".local_azure")
    assert any("running; Ctrl-C stops it" in line for line in process.stdout)
    assert stop(process, tmp_path / ".local_azure", signal_number).endswith("stopping\n")
    assert process.returncode == 0


def test_a_query_that_runs_does_not_hold_it_up(open_command, wait_until_up, wait_for_request, tmp_path):
    process = open_command(tmp_path, "up", "--empty", "--query-limit", "3600")
    folder = tmp_path / ".local_azure"
    wait_until_up(process, folder)
    query = open_command(tmp_path, "query", "-e", ENDLESS, "--query-limit", "3600")
    wait_for_request(folder, "application_insights POST /v1/rest/query")
    assert stop(process, folder, signal.SIGTERM).endswith("stopping\n")
    assert process.returncode == 0
    query.communicate(timeout=60)
    assert query.returncode == 2


def test_signals_that_were_ignored_before_it_started_stay_so(open_command, wait_until_up, tmp_path):
    """As under nohup, and behind `&` in a script."""
    process = open_command(tmp_path, "up", "--empty", ignored=[signal.SIGINT, signal.SIGHUP])
    wait_until_up(process, tmp_path / ".local_azure")
    assert any(f"running; kill {process.pid} stops it" in line for line in process.stdout)
    for number in (signal.SIGINT, signal.SIGHUP):
        process.send_signal(number)
    assert stop(process, tmp_path / ".local_azure", signal.SIGTERM).endswith("stopping\n")
    assert process.returncode == 0


def test_the_end_of_its_terminal_stops_the_demo_cleanly(open_command, wait_until_up, tmp_path):
    process = open_command(tmp_path, "demo")
    wait_until_up(process, tmp_path / ".local_azure")
    assert "events published" not in stop(process, tmp_path / ".local_azure", signal.SIGHUP)
    assert process.returncode == 130
