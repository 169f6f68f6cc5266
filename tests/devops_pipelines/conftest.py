"""A local Azure with the real function, for the programs of the pipelines to talk to."""
import pytest

from local_azure.cloud import LocalAzure


@pytest.fixture(scope="module")
def running(tmp_path_factory, sample_workspace):
    with LocalAzure(tmp_path_factory.mktemp("local_azure"), sample_workspace) as local_azure:
        yield local_azure


@pytest.fixture
def azure(running):
    """The local Azure without telemetry and faults of the test before."""
    running.store.clear()
    running.traffic.reset()
    return running
