"""The local Azure as a whole: it starts, every service answers, and it leaves nothing running."""
import socket
import stat
import threading
from datetime import datetime, timezone

import duckdb
import httpx
import pytest

from local_azure.certificates import trust
from local_azure.cloud import SERVICES, LocalAzure
from local_azure.control.middleware import UNKNOWN_ROUTE
from local_azure.folders import STORE_FILE
from local_azure.functions_host.process import FunctionsHostError
from local_azure.options import Options
from local_azure.scenarios.loading import load
from local_azure.serving import PortTakenError


@pytest.fixture(scope="module")
def workspace():
    return load(datetime.now(timezone.utc), ["churn_exploration"])


@pytest.fixture(scope="module")
def local_azure(tmp_path_factory, workspace):
    folder = tmp_path_factory.mktemp("cloud")
    with LocalAzure(folder, workspace) as local_azure:
        yield local_azure


@pytest.fixture(scope="module")
def client(local_azure):
    with httpx.Client(verify=trust(local_azure.endpoints.certificate_authority), trust_env=False) as client:
        yield client


@pytest.mark.parametrize("service", [service for service in SERVICES if service not in ("storage", "online_endpoints")])
def test_every_service_answers_over_https_and_counts_what_it_does_not_know(local_azure, client, service):
    local_azure.traffic.reset()
    answer = client.get(f"{getattr(local_azure.endpoints, service)}/no/such/path")
    assert answer.status_code in (401, 404)
    counted = {} if service == "functions_host" else {f"{service} {UNKNOWN_ROUTE}": 1}
    assert local_azure.traffic.counts() == counted


def test_the_storage_has_a_route_for_every_blob_and_opens_it_to_none(local_azure, client):
    assert client.get(f"{local_azure.endpoints.storage}/no/such/path").status_code == 403


def test_a_folder_that_was_open_to_everybody_is_its_owners_alone(tmp_path, workspace):
    tmp_path.chmod(0o755)
    with LocalAzure(tmp_path, workspace):
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_the_traffic_is_controlled_from_outside(local_azure, client):
    key = {"Authorization": f"Bearer {local_azure.endpoints.control_key}"}
    client.post(f"{local_azure.endpoints.control}/reset", headers=key)
    fault = {"service": "resource_manager", "status": 503, "route": "GET /subscriptions", "body": "busy"}
    assert client.post(f"{local_azure.endpoints.control}/faults", json=fault, headers=key).status_code == 204
    answer = client.get(f"{local_azure.endpoints.resource_manager}/subscriptions")
    assert (answer.status_code, answer.text) == (503, "busy")
    counts = client.get(f"{local_azure.endpoints.control}/requests", headers=key).json()
    assert counts["resource_manager GET /subscriptions"] == 1


def test_the_keys_of_two_are_not_the_same(tmp_path, workspace, local_azure):
    keys = local_azure.endpoints
    found = {keys.topic_key, keys.functions_key, keys.query_key, keys.control_key, keys.dashboard_key}
    assert len(found) == 5


def test_the_functions_host_comes_back_on_its_port(local_azure, client):
    url = f"{local_azure.endpoints.functions_host}/admin/host/status"
    key = {"x-functions-key": local_azure.endpoints.functions_key}
    local_azure.restart_functions_host(kill=True)
    assert client.get(url, headers=key).json() == {"state": "Running"}


def ports(endpoints):
    return [int(getattr(endpoints, service).rpartition(":")[2]) for service in SERVICES]


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def test_it_begins_anew_but_for_dead_letters_and_leaves_nothing_running(tmp_path, workspace):
    for name in ("dead_letters", f"{STORE_FILE}.4711.tmp"):
        (tmp_path / name).mkdir()
    for name in (STORE_FILE, f"{STORE_FILE}.4711.tmp/spilled", "functions_host.log", "endpoints.json",
                 "dead_letters/1.json"):
        (tmp_path / name).write_text("of an earlier one")
    threads = set(threading.enumerate())
    with LocalAzure(tmp_path, workspace) as local_azure:
        assert all(map(listens, ports(local_azure.endpoints)))
        assert local_azure.store.counts()["traces"] == 0
    assert not any(map(listens, ports(local_azure.endpoints)))
    assert set(threading.enumerate()) == threads
    assert not (tmp_path / "endpoints.json").exists() and (tmp_path / "dead_letters" / "1.json").exists()
    assert "of an earlier one" not in (tmp_path / "functions_host.log").read_text()
    assert not (tmp_path / f"{STORE_FILE}.4711.tmp").exists()
    duckdb.connect(str(tmp_path / STORE_FILE)).close()  # nobody holds its lock


def test_a_port_that_is_taken_leaves_nothing_open(tmp_path, workspace):
    threads = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("127.0.0.1", 0)) as free:
        wanted = free.getsockname()[1]
        free.close()
        options = Options(ports={"identity": wanted, "control": taken.getsockname()[1]})
        with pytest.raises(PortTakenError, match="for control") as caught:
            LocalAzure(tmp_path, workspace, options).__enter__()
    assert not listens(wanted), caught  # which keeps alive what was not closed
    assert set(threading.enumerate()) == threads


def test_a_functions_host_that_does_not_start_leaves_nothing_running(tmp_path, workspace):
    threads = set(threading.enumerate())
    local_azure = LocalAzure(tmp_path, workspace, Options(settings={"PYTHONHOME": "/nowhere"}))
    with pytest.raises(FunctionsHostError, match="/nowhere"):
        local_azure.__enter__()
    assert not any(map(listens, ports(local_azure.endpoints)))
    assert set(threading.enumerate()) == threads
