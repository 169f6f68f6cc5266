"""A workspace that lives, over HTTPS, and what the functions ask of it."""
from datetime import timedelta

import pytest

from azure_access.connections.kept_connections import KeptConnections
from azure_access.deadline import Deadline
from azure_access.workspaces import WorkspaceId
from NotebookRuns.machine_learning.services import SERVICE, Services
from NotebookRuns.machine_learning.workspaces import Workspaces
from NotebookRuns.transport import Transport
from tests.local_azure.machine_learning.living_azure import WORKSPACE, living_azure
from tests.src.service_clock import Dated, ServiceClock


@pytest.fixture(scope="module")
def clock_of_all():
    return ServiceClock()


@pytest.fixture
def service_clock(clock_of_all):
    yield clock_of_all
    clock_of_all.ahead = timedelta()


@pytest.fixture(scope="module")
def azure(tmp_path_factory, clock_of_all):
    with living_azure(tmp_path_factory.mktemp("living"), now=clock_of_all.now) as azure:
        yield azure


@pytest.fixture
def open_services(azure, monkeypatch, clock_of_all):
    for name in ("REQUESTS_CA_BUNDLE", "NO_PROXY"):
        monkeypatch.setenv(name, azure.environment[name])
    resource_manager = azure.environment["ARM_CLOUD_METADATA_URL"].removesuffix("/metadata/endpoints")
    own = Dated(KeptConnections(1), clock_of_all)
    return lambda known, blobs=own: Services(
        known, resource_manager, Transport(SERVICE, own, lambda deadline: "token"), Transport(SERVICE, blobs))


@pytest.fixture
def open_workspaces(open_services):
    """Those of these ids; the local one has no other than its own."""
    return lambda *ids: Workspaces(ids, open_services)


@pytest.fixture
def own():
    return WorkspaceId.from_arm_id(WORKSPACE.arm_id)


@pytest.fixture
def workspace(open_workspaces, own):
    return open_workspaces(own).find(None)


@pytest.fixture
def deadline():
    return Deadline(60)
