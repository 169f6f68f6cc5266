"""An app that listens to a queue of a namespace on this machine, with the wall's time."""
import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from local_azure.certificates import trust
from local_azure.clock import ScaledClock
from local_azure.functions_host.routes import Host
from local_azure.functions_host.service_bus.listening import listening
from local_azure.service_bus.models import QueueSettings
from tests.local_azure.service_bus.serving import ServedNamespace

WAIT_SECONDS = 30
"""For what comes in milliseconds."""


@pytest.fixture
def trusted(certificates, monkeypatch):
    """The host finds the authority as in the local Azure."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def open_namespace(certificates, trusted):
    """Serves a namespace whose queue has these settings; three deliveries are enough unless they say otherwise."""
    opened = []

    def serve(port=0, is_valid=bool, **settings):
        queue = QueueSettings("orders", **{"max_delivery_count": 3, **settings})
        opened.append(ServedNamespace(certificates, ScaledClock(), queue, port=port, is_valid=is_valid).__enter__())
        return opened[-1]

    yield serve
    for served in opened:
        served.__exit__()


@pytest.fixture
def served(open_namespace):
    return open_namespace()


@pytest.fixture
def client(certificates, served):
    with httpx.Client(base_url=served.url, verify=trust(certificates.authority), trust_env=False, timeout=WAIT_SECONDS,
                      headers={"Authorization": served.signature()}) as client:
        yield client


@pytest.fixture
def listen():
    """Listens with the app until `meanwhile`, in a thread, has returned and what was taken is settled; returns what
    that returned."""
    def run(app, settings, meanwhile, *, threads=4, restart=lambda: None):
        async def go():
            with ThreadPoolExecutor(threads) as pool:
                async with listening(Host(app, pool, restart), settings):
                    return await asyncio.to_thread(meanwhile)

        return asyncio.run(go())

    return run


@pytest.fixture
def arrived():
    """Waits until the function of the app that is loaded has put so many messages into `received`, and returns them."""
    def wait(count=1):
        module = sys.modules["function_app"]
        for _ in range(count):
            assert module.arrived.acquire(timeout=WAIT_SECONDS)
        return module.received

    return wait
