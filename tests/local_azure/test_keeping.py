"""Programs end with whoever has started them, and so does all that they have started, daemons too."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local_azure.machine_learning.execution.ended import said_pids, wait_until_ended

REPOSITORY = Path(__file__).parents[2]
OWNER = """import subprocess, sys
from local_azure.keeping import keeping
with keeping() as kept:
    subprocess.run([*kept.words, sys.executable, "-c", sys.argv[1]], pass_fds=[kept.descriptor], start_new_session=True)
"""
WAITS = "import os, signal, sys; print('pids', os.getpid(), flush=True); signal.pause()"
# One that looks at nothing, and keeps Python's other threads from running while it is at it.
BUSY = "import os, re; print('pids', os.getpid(), flush=True); re.fullmatch('(a+)+b', 'a' * 60)"
DAEMON = """import os, signal
read_end, write_end = os.pipe()
if not os.fork():
    os.setsid()
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.write(write_end, str(os.getpid()).encode())
    signal.pause()
os.wait()
print('pids', os.getpid(), os.read(read_end, 100).decode(), flush=True)
"""


def run(program, folder, **options):
    with (folder / "log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-c", OWNER, program], cwd=REPOSITORY, stdout=log,
                                env={"PATH": os.environ["PATH"]}, **options)


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="a process adopts orphans on Linux alone")


@pytest.mark.parametrize("program", [
    WAITS, BUSY, pytest.param(f"{DAEMON}signal.pause()", marks=on_linux)], ids=["waits", "is busy", "has a daemon"])
def test_nothing_outlives_one_that_is_killed(tmp_path, program):
    owner = run(program, tmp_path)
    pids = said_pids(tmp_path / "log")
    owner.kill()
    owner.wait()
    wait_until_ended(pids)


@on_linux
@pytest.mark.parametrize("end", ["", "os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_a_daemon_ends_with_its_program(tmp_path, end):
    """However that ends."""
    owner = run(DAEMON + end, tmp_path)
    assert owner.wait(60) == 0
    wait_until_ended(said_pids(tmp_path / "log"))
