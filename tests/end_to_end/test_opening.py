"""A workspace whose services cannot be found: the same error for each way of finding them, and none is lost by it."""
import json

import pytest

from azure_access.credentials import credential
from azure_access.errors import IdentityError, RunHistoryError, RunNotFoundError
from azure_access.identity_settings import IdentitySettings
from azure_access.tokens import TokenSource
from local_azure.control.models import Fault
from local_azure.functions_host.routes import read_reason
from local_azure.scenarios.events import ended_events
from local_azure.scenarios.models import ARM_ID
from azure_access.workspaces import WorkspaceId
from PipelineRunMonitor.runs.rest_services import RestServices
from PipelineRunMonitor.settings import REST, RUN_READERS

WORKSPACE = ("resource_manager", f"GET {ARM_ID}")
DISCOVERY = ("machine_learning", "GET /discovery")
FOREVER = 1_000


def id_of(workspace):
    return WorkspaceId(workspace.subscription_id, workspace.resource_group, workspace.name)


@pytest.mark.parametrize("run_reader", RUN_READERS)
def test_a_workspace_that_may_not_be_read_is_opened_once_it_may(azure, call_function, sample_workspace, run_reader):
    service, route = WORKSPACE
    azure.restart_functions_host()  # so that it opens the workspace again
    event = {**ended_events(sample_workspace)[0], "id": f"of a workspace that may not be read by {run_reader}"}
    azure.traffic.inject(Fault(service, 403, route=route, times=FOREVER, headers={"Content-Type": "application/json"},
                               body='{"error": {"code": "AuthorizationFailed", "message": "no"}}'))
    answer = call_function(event)
    assert answer.status_code == 500
    assert f"not allowed to read workspace {sample_workspace.arm_id} (HTTP 403)" in read_reason(answer.headers)
    azure.traffic.reset()
    assert call_function(event).status_code == 202


@pytest.fixture
def run_reader():
    return REST


@pytest.fixture
def services(azure, monkeypatch):
    """In this process, which sees of the environment what points to the local Azure."""
    environment = azure.function_environment()
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "REQUESTS_CA_BUNDLE", "NO_PROXY"):
        monkeypatch.setenv(name, environment[name])
    settings = IdentitySettings.from_environment(environment)
    tokens = TokenSource(credential(settings), f"{settings.cloud.management_audience}/.default")
    return RestServices(tokens, settings.resource_manager)


def test_services_are_found_with_two_requests_and_one_token(azure, services, sample_workspace):
    for _ in range(2):
        found = services.find(id_of(sample_workspace))
    assert found.history_url == found.artifacts_url == azure.endpoints.machine_learning
    assert found.region == "germanywestcentral"
    assert azure.traffic.counts() == {
        "identity GET /msi/token": 1, " ".join(WORKSPACE): 2, " ".join(DISCOVERY): 2}


@pytest.mark.parametrize("place", [WORKSPACE, DISCOVERY], ids=["workspace", "discovery"])
@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 503}, {"kind": "reset"}, {"kind": "half"},
                                   {"status": 200, "body": "<html>"}])
def test_what_passes_is_waited_for(azure, services, sample_workspace, place, fault):
    service, route = place
    azure.traffic.inject(Fault(service, route=route, **fault))
    assert services.find(id_of(sample_workspace)).history_url == azure.endpoints.machine_learning


@pytest.mark.parametrize("place, what", [(WORKSPACE, "could not read workspace /subscriptions"),
                                         (DISCOVERY, "could not read services of workspace /subscriptions")])
@pytest.mark.parametrize("fault, words", [
    ({"status": 500}, "HTTP 500"), ({"status": 429, "headers": {"Retry-After": "60"}}, "throttled"),
    ({"kind": "reset"}, "Error: "), ({"status": 200, "body": "[]"}, "the answer makes no sense"),
    ({"status": 200, "body": "{}"}, "the answer makes no sense"),
    ({"status": 200, "body": json.dumps({"properties": {"discoveryUrl": "http://a.example"},
                                         "history": "http://a.example"})}, "the answer makes no sense")])
def test_what_lasts_is_an_error_with_cause_and_cure(azure, services, sample_workspace, place, what, fault, words):
    service, route = place
    azure.traffic.inject(Fault(service, route=route, times=FOREVER, **fault))
    with pytest.raises(RunHistoryError, match=what) as raised:
        services.find(id_of(sample_workspace))
    assert words in str(raised.value) and "Event Grid delivers the event again" in str(raised.value)


@pytest.mark.parametrize("status, error", [(401, IdentityError), (403, IdentityError), (404, RunNotFoundError)])
def test_what_waiting_does_not_mend_is_not_asked_again(azure, services, sample_workspace, status, error):
    service, route = WORKSPACE
    azure.traffic.inject(Fault(service, status, route=route, times=FOREVER))
    with pytest.raises(error, match=sample_workspace.arm_id):
        services.find(id_of(sample_workspace))
    assert azure.traffic.counts()[" ".join(WORKSPACE)] == 1


def test_an_identity_without_a_token_is_named(azure, services, sample_workspace):
    azure.traffic.inject(Fault("identity", 400, times=FOREVER, body='{"error": "no identity"}'))
    with pytest.raises(IdentityError, match="no token for https://management.core.windows.net.*az login"):
        services.find(id_of(sample_workspace))
