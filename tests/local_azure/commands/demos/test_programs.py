"""A program of a demo: what it says, how long it may take, and that it ends when the demo is stopped."""
import os
import sys
import time

import pytest

from local_azure.commands.demos.programs import run_python
from local_azure.commands.failure import CommandError

WAITS = """
import os, signal, sys
signal.signal(signal.SIGTERM, getattr(signal, sys.argv[2]))
with open(sys.argv[1] + ".part", "w") as file:
    file.write(str(os.getpid()))
os.rename(file.name, sys.argv[1])
signal.pause()
"""


def no_pause(seconds):
    assert seconds == 0


def test_what_it_says_is_told_apart_and_its_exit_code(tmp_path):
    program = "import os, sys; print(os.getcwd(), os.environ['GIVEN']); print('no', file=sys.stderr); sys.exit(3)"
    ended = run_python(["-c", program], {"GIVEN": "this"}, no_pause, seconds=60, folder=tmp_path.resolve())
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, f"{tmp_path.resolve()} this\n", "no\n")
    assert ended.args[0] == sys.executable


@pytest.mark.parametrize("disposition", ["SIG_DFL", "SIG_IGN"])
def test_a_signal_that_comes_while_it_runs_ends_it(tmp_path, disposition):
    """One that does not listen to SIGTERM too."""
    started = tmp_path / "process id"

    def pause(seconds):
        if started.exists():
            raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        run_python(["-c", WAITS, str(started), disposition], {}, pause, seconds=60)
    assert_ended(started)


def test_one_that_takes_too_long_is_ended_and_named(tmp_path):
    started = tmp_path / "process id"

    def wait_until_started(seconds):
        while not started.exists():
            time.sleep(0.01)
    with pytest.raises(CommandError, match="takes longer than 0 seconds$"):
        run_python(["-c", WAITS, str(started), "SIG_DFL"], {}, wait_until_started, seconds=0)
    assert_ended(started)


def test_a_signal_that_ended_it_is_no_failure_of_its_own():
    def pause(seconds):
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        run_python(["-c", "raise SystemExit(1)"], {}, pause, seconds=60)


def assert_ended(started):
    """The process has ended, and nobody waits for its exit code any more."""
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
