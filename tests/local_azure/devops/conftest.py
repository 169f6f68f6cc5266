"""An organisation that is served over HTTPS, and a client of it."""
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from local_azure.certificates import trust
from local_azure.clock import ManualClock
from local_azure.devops.models import Organization
from local_azure.devops.plans import Plan
from local_azure.devops.routes import routes
from local_azure.serving import ServerThread, open_socket, url_of

PERSONAL_TOKEN, ENTRA_TOKEN = "the-personal-token", "the-token"


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def folder(tmp_path):
    """The repository `notebooks`, a folder with two files, in a project."""
    (tmp_path / "repository" / "reports").mkdir(parents=True)
    (tmp_path / "repository" / "README.md").write_text("read me")
    (tmp_path / "repository" / "reports" / "one.ipynb").write_text("{}")
    return tmp_path / "repository"


@pytest.fixture
def organization(folder, clock):
    return Organization.of({"notebooks": folder}, PERSONAL_TOKEN, ENTRA_TOKEN.__eq__, clock)


@pytest.fixture
def plan(organization, clock):
    """Of a task whose token is good for a day."""
    plan = Plan("sales", "RunNotebooks", clock.now() + timedelta(days=1))
    organization.plans.add(plan)
    return plan


@pytest.fixture
def url(certificates, organization):
    servers, opened = ServerThread(certificates), open_socket("devops", 0)
    servers.serve({opened: Starlette(routes=routes(organization))})
    yield url_of(opened)
    servers.close()


@pytest.fixture
def client(certificates, url):
    with httpx.Client(base_url=url, verify=trust(certificates.authority), trust_env=False,
                      headers={"Authorization": f"Bearer {ENTRA_TOKEN}"}) as client:
        yield client
