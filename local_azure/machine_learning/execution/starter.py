"""Runs a script or a shell's command as a run's own process; it is started by its path, and imports nothing of ours.

    starter.py script FILE [ARGUMENT …]      starter.py command TEXT

A script is wrapped, as Azure wraps it, because nobody else sends what `run.log` has queued last, and a hook at the exit
comes too late: no new futures on Python 3.11, no new threads on 3.12.
"""
import os
import runpy
import subprocess
import sys

_FLUSH_SECONDS = 300


def main() -> None:
    kind, *arguments = sys.argv[1:]
    if kind == "command":
        code = subprocess.call(arguments[0], shell=True)
        sys.exit(code if code >= 0 else 128 - code)
    run_script(arguments)


def run_script(arguments: list[str]) -> None:
    sys.argv = arguments
    sys.path[0] = os.path.dirname(os.path.abspath(arguments[0]))
    sys.excepthook = show
    try:
        runpy.run_path(arguments[0], run_name="__main__")
    finally:
        runs = sys.modules.get("azureml._run_impl.run_base")
        if runs:
            runs._RunBase._kill(_FLUSH_SECONDS)


def show(kind, error, trace) -> None:  # type: ignore[no-untyped-def]
    """The traceback that the script would have had without a starter."""
    while trace and trace.tb_frame.f_code.co_filename != sys.argv[0]:
        trace = trace.tb_next
    sys.__excepthook__(kind, error.with_traceback(trace or error.__traceback__), trace)


if __name__ == "__main__":
    main()
