"""The environment of the inference server: it is made once, what is wrong with the making is told, and what makes it
ends with whoever has it made.
"""
import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from local_azure.machine_learning.online_endpoints.environments import InferenceEnvironment, InstallationError
from tests.local_azure.machine_learning.execution.ended import wait_until_ended

REPOSITORY = Path(__file__).parents[4]
OWNER = """import asyncio, pathlib, sys
from local_azure.machine_learning.online_endpoints.environments import InferenceEnvironment
asyncio.run(InferenceEnvironment(pathlib.Path(sys.argv[1]), python=sys.argv[2]).prepare())
"""


@pytest.fixture
def endless(tmp_path):
    """A Python whose work does not end. It says its process id to the log, as pip says what it does."""
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho $$\nexec sleep 600\n")
    program.chmod(0o755)
    return str(program)


async def said_pid(made):
    log = made.place.with_suffix(".log")
    async with asyncio.timeout(30):
        while not (log.is_file() and log.read_text().endswith("\n")):
            await asyncio.sleep(0.01)
    return int(log.read_text())


def test_a_making_that_fails_is_told_and_leaves_nothing_ready(tmp_path):
    made, said = InferenceEnvironment(tmp_path), []
    made.place.write_text("a file where a folder has to be")
    with pytest.raises(InstallationError, match="(?s)-m venv --clear ended with exit code 1.*inference-"):
        asyncio.run(made.prepare(said.append))
    assert not made.is_ready and len(said) == 1


def test_packages_that_cannot_be_had_are_told_with_what_to_look_at(tmp_path):
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nif [ "$2" = venv ]; then mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; exit; fi\n'
                      'echo "no matching distribution"; exit 1\n')
    python.chmod(0o755)
    made = InferenceEnvironment(tmp_path, python=str(python))
    with pytest.raises(InstallationError, match="(?s)-m pip install ended with exit code 1. Is the index .* within "
                       r"reach \(PIP_INDEX_URL, HTTPS_PROXY\)\?\nno matching distribution"):
        asyncio.run(made.prepare())
    assert not made.is_ready


def test_an_environment_that_is_there_is_not_made_again(tmp_path):
    made, said = InferenceEnvironment(tmp_path), []
    made.place.mkdir(parents=True)
    (made.place / "ready").touch()
    asyncio.run(made.prepare(said.append))
    assert said == []


def test_of_two_the_second_waits_and_nothing_makes_it_any_longer_once_both_are_stopped(tmp_path, endless):
    async def make_twice():
        made, said = InferenceEnvironment(tmp_path, python=endless), []
        making = [asyncio.create_task(made.prepare(said.append)) for _ in range(2)]
        pid = await said_pid(made)
        for one in making:
            one.cancel()
        await asyncio.gather(*making, return_exceptions=True)
        return pid, said
    pid, said = asyncio.run(make_twice())
    wait_until_ended([pid])
    assert len(said) == 1


def test_nothing_makes_it_any_longer_where_the_local_azure_is_killed(tmp_path, endless):
    made = InferenceEnvironment(tmp_path)
    owner = subprocess.Popen([sys.executable, "-c", OWNER, tmp_path, endless], cwd=REPOSITORY)
    pid = asyncio.run(said_pid(made))
    owner.kill()
    owner.wait()
    wait_until_ended([pid])
