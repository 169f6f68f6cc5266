"""Fixtures for every test: sample data as files."""
from pathlib import Path

import pytest

_DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def data_folder() -> Path:
    return _DATA
