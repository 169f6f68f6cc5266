"""A local Azure with the real function, for the programs of the pipelines to talk to, and bash with a stand-in of the
Azure CLI for their scripts."""
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_azure.cloud import LocalAzure
from tests.programs import REPOSITORY, do_without

# Without what Python looks for when it starts: a script calls it a dozen times.
STAND_IN = shlex.join([sys.executable, "-I", "-S", str(Path(__file__).parent / "az_stand_in.py")])


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


@dataclass(frozen=True, slots=True)
class Done:
    exit_code: int
    output: str
    calls: list[str]
    environments: list[dict[str, str]]


@pytest.fixture
def run(tmp_path):
    """Runs a script whose commands are stood in for; `answers` by the first words of their calls."""
    if shutil.which("bash") is None:
        do_without("bash", "on Debian: apt-get install bash")

    def run(script, answers, **environment):
        for command in ("az", "sleep", "python3"):
            file = tmp_path / command
            file.write_text(f'#!/bin/sh\nexec {STAND_IN} "$0" "$@"\n')
            file.chmod(0o755)
        (tmp_path / "answers.json").write_text(json.dumps(answers))
        done = subprocess.run(
            ["bash", "-c", script], env={"PATH": f"{tmp_path}:{os.environ['PATH']}", **environment}, cwd=REPOSITORY,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
            preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))  # whatever started the tests
        log = tmp_path / "calls.json"
        made = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return Done(done.returncode, done.stdout, [one["call"] for one in made], [one["environment"] for one in made])
    return run
