"""Repositories as zips."""
import json

import pytest

from NotebookRuns.repository.archives import open_archive
from tests.zips import zip_of


@pytest.fixture
def archive_of():
    """The archive of files: texts, or values that become JSON, by their paths."""
    return lambda files: open_archive(zip_of(
        {name: file if isinstance(file, (str, bytes)) else json.dumps(file) for name, file in files.items()}))
