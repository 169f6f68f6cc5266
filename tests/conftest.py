"""Fixtures for every test: sample data, and the sample workspace; what tests see of the environment; and what the suite
says at its end."""
import gc
import os
import re
from datetime import datetime, timezone
from pathlib import Path

import pytest

from local_azure.certificates import Certificates
from local_azure.scenarios.loading import load
from tests.order import places
from tests.programs import summarize

_DATA = Path(__file__).parent / "data"
# Nothing else that is set where the tests are run may change what they find: settings of a function, proxies, colours.
_ENVIRONMENT = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|LD_LIBRARY_PATH|VIRTUAL_ENV"
    r"|CI_REQUIRES_ALL_TESTS|(PYTEST|COV|COVERAGE|PIP|DOTNET)_\w+")


def pytest_configure():
    for name in list(os.environ):
        if not _ENVIRONMENT.fullmatch(name):
            del os.environ[name]
    # The usual one goes through ten thousand tests again and again. What is to be freed is closed.
    gc.set_threshold(100_000, 50, 100)


def pytest_make_parametrize_id(val, argname):
    # What is packed differs from second to second, and the processes have to name each test alike.
    return argname if isinstance(val, bytes) and not val.decode("latin-1").isprintable() else None


def pytest_collection_modifyitems(items):
    place = places(dict.fromkeys(item.path for item in items))
    items.sort(key=lambda item: place[item.path])


@pytest.fixture(scope="session")
def data_folder() -> Path:
    return _DATA


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> Certificates:
    """Of an authority that servers of the tests share."""
    return Certificates.create(tmp_path_factory.mktemp("certificates"))


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
