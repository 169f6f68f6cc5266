"""The commands as their users run them: in this process, or in one of their own."""
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from local_azure.__main__ import main
from local_azure.certificates import trust
from local_azure.endpoints import Endpoints
from local_azure.ending import ended
from tests.dispositions import with_signals

REPOSITORY = Path(__file__).parents[3]
_DEADLINE_SECONDS = 120  # for a machine with other things to do


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    exit_code: int
    output: str
    errors: str


@pytest.fixture
def run_here(monkeypatch, capsys):
    """Runs a command in this process; one that does not end is interrupted."""
    def run(*arguments) -> Ended:
        monkeypatch.setattr(sys, "argv", ["local_azure", *map(str, arguments)])
        capsys.readouterr()
        usual = signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored
        watchdog = threading.Timer(_DEADLINE_SECONDS, signal.raise_signal, [signal.SIGINT])
        watchdog.start()
        try:
            exit_code = ended("python -m local_azure", main)
        except SystemExit as exc:
            exit_code = exc.code
        finally:
            watchdog.cancel()
            signal.signal(signal.SIGINT, usual)
        return Ended(exit_code, *capsys.readouterr())
    return run


@pytest.fixture(scope="session")
def open_command():
    """Begins a command in a process of its own, with that current directory; what runs at the end is stopped."""
    begun = []

    def begin(directory: Path, *arguments, ignored=(), environment=None, **options) -> subprocess.Popen:
        begun.append(subprocess.Popen(
            with_signals(sys.executable, "-m", "local_azure", *arguments, ignored=ignored), cwd=directory, text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), **(environment or {})},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}))
        return begun[-1]

    yield begin
    for process in begun:
        process.terminate()
        process.communicate(timeout=_DEADLINE_SECONDS)


@pytest.fixture(scope="session")
def run_command(open_command):
    """Runs a command in a process of its own."""
    def run(directory: Path, *arguments, **options) -> Ended:
        process = open_command(directory, *arguments, **options)
        output, errors = process.communicate(timeout=_DEADLINE_SECONDS)
        return Ended(process.returncode, output, errors)
    return run


@pytest.fixture(scope="session")
def wait_until_up():
    """Waits until the local Azure of a process says in the folder where it is."""
    def wait(process: subprocess.Popen, folder: Path) -> None:
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while not (folder / "endpoints.json").exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
    return wait


@pytest.fixture(scope="session")
def up_folder(tmp_path_factory, open_command, wait_until_up):
    """The folder of a local Azure that runs, with no events of its own."""
    folder = tmp_path_factory.mktemp("up") / "folder"
    process = open_command(folder.parent, "up", "--empty", "--speed", "100", "--folder", folder.name)
    wait_until_up(process, folder)
    return folder


def ask_control(endpoints: Endpoints, method: str, path: str, **options) -> httpx.Response:
    answer = httpx.request(
        method, endpoints.control + path, headers={"Authorization": f"Bearer {endpoints.control_key}"},
        trust_env=False, verify=trust(endpoints.certificate_authority), **options)
    return answer.raise_for_status()


@pytest.fixture(scope="session")
def inject_fault():
    """Injects a fault into the local Azure that runs in a folder."""
    def inject(folder: Path, **fault) -> None:
        ask_control(Endpoints.load(folder), "POST", "/faults", json=fault)
    return inject


@pytest.fixture(scope="session")
def wait_for_request():
    """Waits until a route of the local Azure that runs in a folder has got a request."""
    def wait(folder: Path, route: str) -> None:
        endpoints, deadline = Endpoints.load(folder), time.monotonic() + _DEADLINE_SECONDS
        while route not in ask_control(endpoints, "GET", "/requests").json():
            assert time.monotonic() < deadline
    return wait


@pytest.fixture(scope="session")
def demo(tmp_path_factory, run_command):
    """A demo that has ended, and the folder that it left, beside which it was run by somebody who hides nothing."""
    directory = tmp_path_factory.mktemp("demo")
    return run_command(directory, "demo", "--folder", "its own", umask=0), directory / "its own"
