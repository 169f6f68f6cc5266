"""Endpoints and deployments that cannot be as a request wants them."""
from types import SimpleNamespace

import pytest

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.online_endpoints.models import OnlineEndpoints
from local_azure.machine_learning.run_history.models import NotFoundError, RunHistory
from local_azure.scenarios.models import Workspace

KEYS = {"properties": {"authMode": "Key"}}
DEPLOYMENT = {"properties": {"codeConfiguration": {
    "codeId": "/subscriptions/s/codes/scoring/versions/1", "scoringScript": "score.py"}}}


@pytest.fixture
def endpoints():
    return OnlineEndpoints(None, bool)


@pytest.fixture
def here(history, workspace):
    return history.workspace(workspace.arm_id)


@pytest.mark.parametrize(("name", "resource", "problem"), [
    ("../up", KEYS, "names no endpoint"), ("1st", KEYS, "names no endpoint"), ("ab", KEYS, "names no endpoint"),
    ("a" * 33, KEYS, "names no endpoint"), ("one", {"properties": {}}, "authMode"),
    ("one", {"properties": {"authMode": "AMLToken"}}, "authMode"),
    ("one", {"properties": {"authMode": "Key", "traffic": {"blue": 100}}}, "does not have")])
def test_an_endpoint_that_cannot_be_is_refused(endpoints, here, name, resource, problem):
    with pytest.raises(ServiceError, match=problem):
        endpoints.put(here, name, resource)
    assert endpoints.all(here) == []


def test_a_name_is_one_endpoints_in_all_workspaces(endpoints, here):
    other = Workspace("sub-1", "sample", "other-ws", "guid-2", "westeurope", (), ())
    there = RunHistory([other]).workspace(other.arm_id)
    endpoints.put(here, "Diabetes", KEYS)
    with pytest.raises(ServiceError, match="is taken"):
        endpoints.put(there, "diabetes", KEYS)
    with pytest.raises(NotFoundError):
        endpoints.find(there, "diabetes")
    assert endpoints.find(here, "diabetes").name == "Diabetes" and endpoints.all(there) == []


def test_a_key_that_is_changed_stays_when_the_endpoint_does(endpoints, here):
    endpoint = endpoints.put(here, "one", KEYS)
    endpoints.regenerate(endpoint, "Secondary", "my-own")
    assert endpoints.put(here, "one", KEYS).keys["secondaryKey"] == "my-own"
    with pytest.raises(ServiceError, match="Primary or Secondary"):
        endpoints.regenerate(endpoint, "third")


def test_a_deployment_has_a_name_that_can_be_a_folder(endpoints, here):
    endpoint = endpoints.put(here, "one", KEYS)
    with pytest.raises(ServiceError, match="names no deployment"):
        endpoints.deploy(here, endpoint, "../up", {})


def test_two_builds_do_not_make_one_deployment_at_once(here):
    begun = []
    endpoints = OnlineEndpoints(SimpleNamespace(start=lambda *what: begun.append(what[-1])), bool)
    endpoint = endpoints.put(here, "one", KEYS)
    first = endpoints.deploy(here, endpoint, "blue", DEPLOYMENT)
    with pytest.raises(ServiceError, match="is being made") as refused:
        endpoints.deploy(here, endpoint, "blue", DEPLOYMENT)
    assert refused.value.status == 409
    endpoints.deploy(here, endpoint, "green", DEPLOYMENT)
    first.state = "Failed"
    again = endpoints.deploy(here, endpoint, "blue", DEPLOYMENT)
    assert [one.name for one in begun] == ["blue", "green", "blue"]
    assert endpoints.operation(again.operation_id) is again
    with pytest.raises(NotFoundError, match="Operation"):
        endpoints.operation(first.operation_id)
