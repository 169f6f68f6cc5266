"""Endpoints and deployments that cannot be as a request wants them."""
import pytest

from local_azure.machine_learning.errors import ServiceError
from local_azure.machine_learning.online_endpoints.models import OnlineEndpoints
from local_azure.machine_learning.run_history.models import NotFoundError, RunHistory
from local_azure.scenarios.models import Workspace

KEYS = {"properties": {"authMode": "Key"}}


@pytest.fixture
def endpoints():
    return OnlineEndpoints(None, bool)


@pytest.fixture
def here(history, workspace):
    return history.workspace(workspace.arm_id)


@pytest.mark.parametrize(("name", "resource", "problem"), [
    ("../up", KEYS, "names no endpoint"), ("1st", KEYS, "names no endpoint"), ("ab", KEYS, "names no endpoint"),
    ("a" * 33, KEYS, "names no endpoint"), ("one", {}, "authMode"),
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
