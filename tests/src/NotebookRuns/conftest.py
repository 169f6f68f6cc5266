"""The local Azure DevOps, over HTTPS, with faults on demand, and what the function asks of it."""
from datetime import timedelta

import pytest

from azure_access.connections.kept_connections import KeptConnections
from azure_access.deadline import Deadline
from local_azure.clock import ManualClock
from local_azure.control.middleware import ControlledService
from local_azure.control.models import Traffic
from local_azure.devops import models, plans
from local_azure.devops.routes import routes
from local_azure.serving import ServerThread, open_socket, url_of
from NotebookRuns.devops.organizations import SERVICE, Organizations, Project
from NotebookRuns.requests.plans import read_plan
from NotebookRuns.transport import Transport

TOKEN = "the-token-of-the-identity"


@pytest.fixture
def folder(tmp_path):
    """The repository `my notebooks`."""
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / "one.ipynb").write_text("{}")
    return tmp_path / "repository"


@pytest.fixture
def organization(folder):
    return models.Organization.of({"my notebooks": folder}, "personal", TOKEN.__eq__, ManualClock())


@pytest.fixture
def traffic():
    return Traffic()


@pytest.fixture
def url(certificates, organization, traffic, monkeypatch):
    """Of the organisation."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    servers, opened = ServerThread(certificates), open_socket("devops", 0)
    servers.serve({opened: ControlledService("devops", routes(organization), traffic)})
    yield f"{url_of(opened)}/contoso"
    servers.close()


@pytest.fixture
def project(url):
    return Project(url, "my sales")


@pytest.fixture
def pipeline(organization):
    """The pipeline's side of a plan."""
    plan = plans.Plan("my sales", "task", organization.clock.now() + timedelta(hours=24))
    organization.plans.add(plan)
    return plan


@pytest.fixture
def plan(pipeline, url):
    return read_plan(pipeline.properties(url), [url.split("/")[2]], pytest.fail)


@pytest.fixture
def deadline():
    """A minute, in which no pause takes time."""
    return Deadline(60, sleep=lambda seconds: None)


@pytest.fixture
def connections(url):
    """None of which is kept: for one, the server would wait when it is closed."""
    return KeptConnections(0)


@pytest.fixture
def transport(connections):
    return Transport(SERVICE, connections, lambda deadline: TOKEN)


@pytest.fixture
def organizations(transport):
    return Organizations(transport)
