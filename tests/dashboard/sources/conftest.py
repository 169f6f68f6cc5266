"""Sources over Azure's query API on this machine."""
import pytest

from tests.dashboard.sources.asking import APP_ID, opened
from tests.dashboard.sources.service import running


@pytest.fixture(scope="module")
def service_of_module(tmp_path_factory):
    with running(tmp_path_factory.mktemp("certificates")) as service:
        yield service


@pytest.fixture
def service(service_of_module, monkeypatch):
    """Empty, without faults, and with its identity in the environment, where azure-identity looks for it."""
    for name, value in service_of_module.environment.items():
        monkeypatch.setenv(name, value)
    service_of_module.insights.store.clear()
    service_of_module.traffic.reset()
    return service_of_module


@pytest.fixture
def source(service):
    with opened("--app-id", APP_ID, "--endpoint", service.url) as source:
        yield source
