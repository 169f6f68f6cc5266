"""How a command ends that Ctrl-C stops, or whose output goes nowhere: with an exit code, and a line at most.

Needs Python alone: a command has it before it imports what takes its time.
"""
import errno
import os
import sys
from collections.abc import Callable

_FULL = {errno.ENOSPC, errno.EDQUOT}
_CURE = ": make room there, or write elsewhere; TMPDIR names the folder of temporary files"


def ended(name: str, run: Callable[[], int]) -> int:
    """The exit code of what is run; or 130 after Ctrl-C, 1 where the program that reads the output, such as `head`, has
    seen enough, and 2 with a line that begins with the name where something cannot be written or read."""
    _open_closed_streams()
    try:
        try:
            return run()
        finally:
            sys.stdout.flush()  # what Python still writes at its end, nobody can catch
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _write_nowhere()
        return 1
    except OSError as exc:
        _write_nowhere()
        print(f"{name}: {reason(exc)}", file=sys.stderr)
        return 2


def reason(exc: OSError) -> str:
    """What cannot be written or read, why not, and what helps where it is a full disk."""
    place = f"{exc.filename}: " if exc.filename else ""
    return f"{place}{exc.strerror or exc}{_CURE if exc.errno in _FULL else ''}"


def _open_closed_streams() -> None:
    """Where a stream is closed, as by `>&-`, Python has none, and the next file that is opened would get its number."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))


def _write_nowhere() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
