"""Processes of runs end with what they have started, also where the local Azure is killed."""
import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_azure.machine_learning.execution.process import run_process
from tests.local_azure.machine_learning.execution.ended import said_pids, wait_until_ended

WAIT = Path(__file__).parent / "jobs" / "wait.py"
APART = WAIT.with_name("wait_apart.py")
REPOSITORY = Path(__file__).parents[4]
ENVIRONMENT = {"PATH": os.environ["PATH"]}
OWNER = """import asyncio, pathlib, sys
from local_azure.machine_learning.execution.process import run_process
asyncio.run(run_process(["script", sys.argv[1]], pathlib.Path(sys.argv[2]), {}, pathlib.Path(sys.argv[2], "log"), 60))
"""


def run(folder, *arguments, seconds=30):
    return asyncio.run(run_process(arguments, folder, ENVIRONMENT, folder / "log", seconds))


@pytest.mark.parametrize(("code", "expected"), [
    ("pass", 0), ("raise SystemExit(7)", 7), ("raise SystemExit('why')", 1), ("1 / 0", 1),
    ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -15)])
def test_exit_code_of_a_script(tmp_path, code, expected):
    (tmp_path / "script.py").write_text(code)
    assert run(tmp_path, "script", "script.py") == expected


@pytest.mark.parametrize(("command", "expected"), [("exit 5", 5), ("kill -9 $$", 137)])
def test_exit_code_of_a_command(tmp_path, command, expected):
    assert run(tmp_path, "command", command) == expected


def test_a_script_sees_its_own_name_arguments_and_folder(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "neighbour.py").write_text("name = 'neighbour'")
    (tmp_path / "deep" / "script.py").write_text(
        "import sys, neighbour; print(__name__, sys.argv, neighbour.name, sys.stdin.read())")
    assert run(tmp_path, "script", "deep/script.py", "-a", "b c") == 0
    assert (tmp_path / "log").read_text() == "__main__ ['deep/script.py', '-a', 'b c'] neighbour \n"


def test_what_a_script_has_started_in_another_session_ends_with_it_where_it_is_ended(tmp_path):
    async def run_and_cancel():
        running = asyncio.create_task(run_process(["script", str(APART)], tmp_path, ENVIRONMENT, tmp_path / "log", 60))
        pids = await asyncio.to_thread(said_pids, tmp_path / "log")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return pids
    wait_until_ended(asyncio.run(run_and_cancel()))


def test_what_a_script_leaves_running_ends_with_it(tmp_path):
    (tmp_path / "script.py").write_text(WAIT.read_text().replace("threading.Event().wait()\n", ""))
    assert run(tmp_path, "script", "script.py") == 0
    wait_until_ended(said_pids(tmp_path / "log"))


def test_a_process_that_takes_too_long_is_ended_even_if_it_ignores_it(tmp_path, monkeypatch):
    monkeypatch.setattr("local_azure.machine_learning.execution.process._GRACE_SECONDS", 0.1)
    (tmp_path / "script.py").write_text(
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + WAIT.read_text())
    with pytest.raises(TimeoutError):
        run(tmp_path, "script", "script.py", seconds=0.7)
    wait_until_ended(said_pids(tmp_path / "log"))


@pytest.mark.parametrize("job", [WAIT, APART], ids=["of its session", "of another session"])
def test_no_process_outlives_one_that_is_killed(tmp_path, job):
    owner = subprocess.Popen([sys.executable, "-c", OWNER, job, tmp_path], cwd=REPOSITORY, env=ENVIRONMENT)
    pids = said_pids(tmp_path / "log")
    owner.kill()
    owner.wait()
    wait_until_ended(pids)
