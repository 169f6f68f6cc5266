"""Runs a script or a shell's command as a run's own process; it is started by its path, and imports nothing of ours.

    starter.py DESCRIPTOR script FILE [ARGUMENT …]      starter.py DESCRIPTOR command TEXT

When the other end of the pipe DESCRIPTOR is closed, because the local Azure has ended, however that was, this process
ends with all that it has started. A script is wrapped, as Azure wraps it, because nobody else sends what `run.log` has
queued last, and a hook at the exit comes too late: no new futures on Python 3.11, no new threads on 3.12.
"""
import os
import runpy
import signal
import subprocess
import sys
import threading

_FLUSH_SECONDS = 300


def main() -> None:
    descriptor, kind, *arguments = sys.argv[1:]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # whatever the process that started this one ignores
    threading.Thread(target=end_with, args=[int(descriptor)], daemon=True).start()
    if kind == "command":
        code = subprocess.call(arguments[0], shell=True)
        sys.exit(code if code >= 0 else 128 - code)
    run_script(arguments)


def end_with(descriptor: int) -> None:
    while os.read(descriptor, 1):  # nothing is ever written
        pass
    for pid in descendants(os.getpid()):
        kill(pid)
    os.killpg(0, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    """What a process has started, in sessions of their own too, as the kernels of notebooks are, and what they start.
    """
    children: dict[int, list[int]] = {}
    for child, parent in parents():
        children.setdefault(parent, []).append(child)
    found = [pid]
    for one in found:  # it grows
        found += children.get(one, [])
    return found[1:]


def parents() -> list[tuple[int, int]]:
    """Each process of this machine and its parent, by their ids; a machine need not have `ps` where it has /proc."""
    if not os.path.isdir("/proc/self"):
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True).stdout
        return [(int(pid), int(parent)) for pid, parent in map(str.split, listed.splitlines())]
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
                found.append((int(pid), int(stat.read().rpartition(")")[2].split()[1])))
        except OSError:  # it has just ended
            pass
    return found


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # it has ended; it is another user's
        pass


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
        for pid in descendants(os.getpid()):  # such as the kernel of a notebook that failed
            kill(pid)


def show(kind, error, trace) -> None:  # type: ignore[no-untyped-def]
    """The traceback that the script would have had without a starter."""
    while trace and trace.tb_frame.f_code.co_filename != sys.argv[0]:
        trace = trace.tb_next
    sys.__excepthook__(kind, error.with_traceback(trace or error.__traceback__), trace)


if __name__ == "__main__":
    main()
