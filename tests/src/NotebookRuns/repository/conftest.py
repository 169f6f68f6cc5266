"""Repositories as zips."""
import io
import json
import zipfile

import pytest

from NotebookRuns.repository.archives import open_archive


def zip_of(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            archive.writestr(name, file)
    return content.getvalue()


@pytest.fixture
def archive_of():
    """The archive of files: texts, or values that become JSON, by their paths."""
    return lambda files: open_archive(zip_of(
        {name: file if isinstance(file, (str, bytes)) else json.dumps(file) for name, file in files.items()}))
