"""The whole sample workspace, loaded once."""
from datetime import UTC, datetime

import pytest

from local_azure.scenarios.loading import load
from local_azure.scenarios.models import Workspace

NOW = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    return load(NOW)
