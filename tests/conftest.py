"""Fixtures for every test: sample data, and the sample workspace."""
from datetime import datetime, timezone
from pathlib import Path

import pytest

from local_azure.scenarios.loading import load

_DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def data_folder() -> Path:
    return _DATA


@pytest.fixture(scope="session")
def sample_workspace():
    return load(datetime.now(timezone.utc))
