"""Programs that a demo runs as their users run them."""
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ...keeper import descendants, kill
from ...keeping import Keeping, keeping, signal_group
from ..failure import CommandError

_POLL_SECONDS = 0.2
_END_SECONDS = 1


def run_python(words: Sequence[str], environment: Mapping[str, str], pause: Callable[[float], None], *,
               seconds: float, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """What this Python makes of the words, with no other environment than that and the path.

    Raises CommandError where it takes too long, and what `pause` raises, now and then while the program runs and when
    it has ended: a signal that came meanwhile may have ended it, which is no failure of its own. What still runs then,
    or when this process is killed, is ended.
    """
    deadline = time.monotonic() + seconds
    with keeping() as kept, _started(kept, words, environment, folder) as program:
        try:
            while (said := _said(program)) is None:
                pause(0)
                if time.monotonic() > deadline:
                    raise CommandError(f"{' '.join(words[:2])} takes longer than {seconds:g} seconds")
            pause(0)
        except BaseException:
            _end(program)
            raise
    return subprocess.CompletedProcess([sys.executable, *words], program.returncode, *said)


def _started(kept: Keeping, words: Sequence[str], environment: Mapping[str, str],
             folder: Path | None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*kept.words, sys.executable, *words], cwd=folder, env={"PATH": os.environ.get("PATH", ""), **environment},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        pass_fds=[kept.descriptor])


def _said(program: subprocess.Popen[str]) -> tuple[str, str] | None:
    """Its output and errors, None while it runs."""
    try:
        return program.communicate(timeout=_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return None


def _end(program: subprocess.Popen[str]) -> None:
    """Its keeper, which does not listen to SIGTERM, ends when it has ended, and ends what it has started."""
    below = descendants(program.pid)
    signal_group(program.pid, signal.SIGTERM)
    if _goes_on(program):
        for pid in below:
            kill(pid)
    if _goes_on(program):  # it was only just being started
        signal_group(program.pid, signal.SIGKILL)
    program.wait()


def _goes_on(program: subprocess.Popen[str]) -> bool:
    try:
        program.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False
