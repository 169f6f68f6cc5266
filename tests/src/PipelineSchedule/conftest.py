"""A workspace at the wire, and the service and the submitter that talk to it."""
import itertools
import time

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ServiceRequestError
from starlette.applications import Starlette

from azure_access.connections.kept_connections import KeptConnections
from azure_access.deadline import Deadline
from azure_access.tokens import TokenSource
from local_azure.certificates import Certificates
from local_azure.serving import ServerThread, open_socket, url_of
from PipelineSchedule.pipeline_service import PipelineService
from PipelineSchedule.submitter import Submitter
from PipelineSchedule.transport import Transport
from PipelineSchedule.workspace_api import WorkspaceApi
from PipelineSchedule.workspace_schedules import WorkspaceSchedules
from tests.src.PipelineSchedule.workspace_double import WORKSPACE, WorkspaceDouble
from tests.src.service_clock import Dated, ServiceClock


class Identity:
    """Whose tokens name their audience and count themselves; the first requests for one fail."""

    def __init__(self, failures=0):
        self._numbers, self._failures = itertools.count(1), failures

    def get_token(self, *scopes, **_):
        if self._failures:
            self._failures -= 1
            raise ServiceRequestError("the identity's endpoint is down")
        return AccessToken(f"{scopes[0]} {next(self._numbers)}", int(time.time()) + 3_600)


@pytest.fixture(scope="session")
def serving(tmp_path_factory):
    """The double that answers can be changed; and the certificate authority that it is trusted by."""
    certificates = Certificates.create(tmp_path_factory.mktemp("certificates"))
    servers = ServerThread(certificates)
    opened = open_socket("workspace", 0)
    double = WorkspaceDouble(url_of(opened))
    servers.serve({opened: Starlette(routes=double.routes())})
    yield double, str(certificates.authority)
    servers.close()
    opened.close()


@pytest.fixture
def service_clock():
    return ServiceClock()


@pytest.fixture
def workspace(serving, service_clock):
    double, _ = serving
    double.__init__(double.url, now=service_clock.now)  # otherwise as it was made
    return double


@pytest.fixture
def open_service(workspace, serving, service_clock, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", serving[1])

    def open_one():
        management, inference = (
            Transport(TokenSource(Identity(), f"{audience}/.default"), Dated(KeptConnections(10), service_clock))
            for audience in ("https://management.azure.com", "https://ml.azure.com"))
        return PipelineService(WorkspaceApi(WORKSPACE, workspace.url, management), "https://ml.azure.com", inference)
    return open_one


@pytest.fixture
def schedules(workspace, serving, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", serving[1])
    transport = Transport(TokenSource(Identity(), "https://management.azure.com/.default"))
    return WorkspaceSchedules(WorkspaceApi(WORKSPACE, workspace.url, transport))


@pytest.fixture
def open_submitter(open_service):
    """An instance of the app, of which there may be several."""
    return lambda clock=time.monotonic: Submitter(open_service(), clock)


@pytest.fixture
def deadline():
    return Deadline(20, sleep=lambda seconds: None)
