"""Programs that a demo runs as their users run them."""
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..failure import CommandError

_POLL_SECONDS = 0.2
_END_SECONDS = 1


def run_python(words: Sequence[str], environment: Mapping[str, str], pause: Callable[[float], None], *,
               seconds: float, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """What this Python makes of the words, with no other environment than that and the path.

    Raises CommandError where it takes too long, and what `pause` raises, now and then while the program runs and when
    it has ended: a signal that came meanwhile may have ended it, which is no failure of its own. What still runs then
    is ended.
    """
    deadline = time.monotonic() + seconds
    with subprocess.Popen(
            [sys.executable, *words], cwd=folder, env={"PATH": os.environ.get("PATH", ""), **environment},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        try:
            while (said := _said(program)) is None:
                pause(0)
                if time.monotonic() > deadline:
                    raise CommandError(f"{' '.join(words[:2])} takes longer than {seconds:g} seconds")
            pause(0)
        except BaseException:
            _end(program)
            raise
    return subprocess.CompletedProcess(program.args, program.returncode, *said)


def _said(program: subprocess.Popen[str]) -> tuple[str, str] | None:
    """Its output and errors, None while it runs."""
    try:
        return program.communicate(timeout=_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return None


def _end(program: subprocess.Popen[str]) -> None:
    program.terminate()
    try:
        program.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        program.kill()
