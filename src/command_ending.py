"""How a command ends that Ctrl-C stops, or whose output goes nowhere: with an exit code, and a line at most.

Needs nothing else of the app: a command has it before it imports what takes its time.
"""
import os
import sys
from collections.abc import Callable


def ended(name: str, run: Callable[[], int]) -> int:
    """The exit code of what is run; or 130 after Ctrl-C, 1 where the program that reads the output, such as `head`, has
    seen enough, and 2 with a line that begins with the name where something cannot be written or read."""
    for closed in (stream for stream in ("stdout", "stderr") if getattr(sys, stream) is None):  # as by `>&-`
        setattr(sys, closed, open(os.devnull, "w", encoding="utf-8"))
    try:
        try:
            return run()
        finally:
            sys.stdout.flush()  # what Python still writes at its end, nobody can catch
    except KeyboardInterrupt:
        return 130
    except OSError as exc:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(exc, BrokenPipeError):
            return 1
        place = exc.filename or "what it reads or writes"
        print(f"{name}: {place}: {exc.strerror or exc}", file=sys.stderr)
        return 2
