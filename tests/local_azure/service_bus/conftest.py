"""A namespace that is served over HTTPS, as the local Azure serves it, and a client of it."""
import httpx
import pytest

from local_azure.certificates import trust
from local_azure.clock import ManualClock
from local_azure.service_bus.models import QueueSettings
from tests.local_azure.service_bus.serving import ServedNamespace


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def served(certificates, clock):
    """A namespace with the queue `orders`, where two deliveries are enough."""
    queue = QueueSettings("orders", max_delivery_count=2, duplicate_detection_seconds=600)
    with ServedNamespace(certificates, clock, queue) as served:
        yield served


@pytest.fixture
def client(certificates, served):
    with httpx.Client(base_url=served.url, verify=trust(certificates.authority), trust_env=False,
                      headers={"Authorization": served.signature()}) as client:
        yield client
