"""A local Azure that has no room on its disk says so, and what helps."""
import errno
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from local_azure.application_insights.writing import NotStoredError
from local_azure.commands.failure import CommandError
from local_azure.commands.starting import room_needed

REPOSITORY = Path(__file__).parents[3]
NO_ROOM = os.strerror(errno.ENOSPC)


def test_a_disk_that_is_full_at_the_start_is_told_in_a_line(tmp_path):
    """A file may have a few kilobytes: the certificates find room, the store does not. Nor would Python's byte code."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        ["sh", "-c", 'ulimit -f 8 && exec "$@"', "sh", sys.executable, "-m", "local_azure", "demo", "--folder", "full"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert ended.stderr.startswith("python -m local_azure demo: ")
    assert ended.stderr.endswith(": make room on the disk of full, or name another --folder\n")


@pytest.mark.parametrize("problem", [NotStoredError("not now"), duckdb.IOException(f"a: {NO_ROOM}\nmore of it"),
                                     OSError(errno.ENOSPC, NO_ROOM, "a")], ids=["telemetry", "DuckDB", "system"])
def test_a_disk_that_becomes_full_is_told_in_a_line(problem):
    with pytest.raises(CommandError, match=r"\A[^\n]+: make room on the disk of place, or name another --folder\Z"):
        with room_needed(Path("place")):
            raise problem


@pytest.mark.parametrize("problem", [duckdb.CatalogException("no such table"), OSError(errno.EACCES, "denied")],
                         ids=["DuckDB", "system"])
def test_other_faults_are_what_they_are(problem):
    with pytest.raises(type(problem)) as raised, room_needed(Path("place")):
        raise problem
    assert raised.value is problem
