"""How a program of the pipelines ends that Ctrl-C or a cancelled job stops, or whose output goes nowhere."""
import os
import sys
from collections.abc import Callable


def ended(name: str, run: Callable[[], int]) -> int:
    """Its exit code: its own, or 130 after Ctrl-C; 1 where nobody reads the output any more, 2 with a line where a file
    or the output cannot be written."""
    if sys.stdout is None:  # closed, as by `>&-`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
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
        print(f"{name}: {exc.filename or 'a file or the output'}: {exc.strerror or exc}", file=sys.stderr)
        return 2
