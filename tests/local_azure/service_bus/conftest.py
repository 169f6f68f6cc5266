"""A namespace that is served over HTTPS, as the local Azure serves it, and a client of it."""
import httpx
import pytest
from starlette.applications import Starlette

from local_azure.certificates import Certificates, trust
from local_azure.clock import ManualClock
from local_azure.serving import ServerThread, open_socket, url_of
from local_azure.service_bus.authorization import Authorization, shared_access_signature
from local_azure.service_bus.models import Namespace, QueueSettings
from local_azure.service_bus.routes import routes

KEY_NAME, KEY, ENTRA_TOKEN = "RootManageSharedAccessKey", "the-key", "the-token"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return Certificates.create(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def url(certificates, clock):
    """Of a namespace with the queue `orders`, where two deliveries are enough."""
    servers = ServerThread(certificates)
    opened = open_socket("service_bus", 0)
    queues = Namespace([QueueSettings("orders", max_delivery_count=2, duplicate_detection_seconds=600)], clock)
    authorization = Authorization({KEY_NAME: KEY}, ENTRA_TOKEN.__eq__, clock)
    servers.serve({opened: Starlette(routes=routes(queues, authorization))})
    yield url_of(opened)
    servers.close()


@pytest.fixture
def signature(url, clock):
    """The header of a caller that has the key, for an hour."""
    return shared_access_signature(f"{url}/orders", KEY_NAME, KEY, int(clock.now().timestamp()) + 3600)


@pytest.fixture
def client(certificates, url, signature):
    with httpx.Client(base_url=url, verify=trust(certificates.authority), trust_env=False,
                      headers={"Authorization": signature}) as client:
        yield client
