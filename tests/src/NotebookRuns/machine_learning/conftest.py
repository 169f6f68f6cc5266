"""A workspace that lives, over HTTPS, and what the functions ask of it."""
import pytest
import requests

from azure_access.deadline import Deadline
from azure_access.workspaces import WorkspaceId
from NotebookRuns.machine_learning.services import SERVICE, Services
from NotebookRuns.machine_learning.workspaces import Workspaces
from NotebookRuns.transport import Transport
from tests.local_azure.machine_learning.living_azure import WORKSPACE, living_azure


@pytest.fixture(scope="module")
def azure(tmp_path_factory):
    with living_azure(tmp_path_factory.mktemp("living")) as azure:
        yield azure


@pytest.fixture
def open_services(azure, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "NO_PROXY"):
        monkeypatch.setenv(name, azure.environment[name])
    resource_manager = azure.environment["ARM_CLOUD_METADATA_URL"].removesuffix("/metadata/endpoints")
    with requests.Session() as session:
        yield lambda known: Services(known, resource_manager, Transport(SERVICE, session, lambda deadline: "token"),
                                     Transport(SERVICE, session))


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
