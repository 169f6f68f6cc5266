"""Fixtures for every test: sample data, and the sample workspace; and what the suite says at its end."""
from datetime import datetime, timezone
from pathlib import Path

import pytest

from local_azure.scenarios.loading import load
from tests.programs import summarize

_DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def data_folder() -> Path:
    return _DATA


@pytest.fixture(scope="session")
def sample_workspace():
    return load(datetime.now(timezone.utc))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """After all that pytest says, but for its closing line: what was skipped for want of what."""
    result = yield
    if said := summarize(report.longrepr[2] for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(said, yellow=True)
    return result
