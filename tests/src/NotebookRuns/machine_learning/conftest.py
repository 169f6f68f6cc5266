"""A workspace that lives, over HTTPS, and what the functions ask of it."""
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from requests.adapters import HTTPAdapter

from azure_access.deadline import Deadline
from azure_access.workspaces import WorkspaceId
from NotebookRuns.machine_learning.services import SERVICE, Services
from NotebookRuns.machine_learning.workspaces import Workspaces
from NotebookRuns.transport import Transport
from tests.local_azure.machine_learning.living_azure import WORKSPACE, living_azure


class ServiceClock:
    """The workspace's own, which is so much ahead of this machine's."""

    ahead = timedelta()

    def now(self):
        return datetime.now(UTC) + self.ahead


class Dated(HTTPAdapter):
    """Each answer has that clock's time."""

    def __init__(self, clock):
        super().__init__()
        self._clock = clock

    def send(self, *arguments, **options):
        answer = super().send(*arguments, **options)
        answer.headers["Date"] = format_datetime(self._clock.now(), usegmt=True)
        return answer


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
    with requests.Session() as session:
        session.mount("https://", Dated(clock_of_all))
        yield lambda known, blobs=session: Services(
            known, resource_manager, Transport(SERVICE, session, lambda deadline: "token"), Transport(SERVICE, blobs))


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
