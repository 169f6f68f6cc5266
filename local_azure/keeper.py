"""Runs a program, and ends it with all that it has started when whoever asked for it has ended, however that was.

    keeper.py DESCRIPTOR WORD …

DESCRIPTOR is a pipe; its other end closes with the process that has it. The program is a process of its own, since one
that is busy, or has been told to stop, could not see to that itself. What it has started and left behind goes with it
too, in sessions of its own as well; a daemon, whose parent has ended, is found on Linux alone, where a process can ask
to be made the parent of such ("PR_SET_CHILD_SUBREAPER" of prctl). This file is started by its path, and imports nothing
of ours and little else: it comes before each program.
"""
import os
import signal
import sys
import threading
import time

_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>
_FOR_PROGRAM = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PAUSE_SECONDS = 0.01
_MOST_PAUSES = 500


def main() -> None:
    descriptor, *words = sys.argv[1:]
    adopt_orphans()
    for number in _FOR_PROGRAM:
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # else nobody is told how the program has ended
    program = os.fork()
    if not program:
        run(int(descriptor), words)
    threading.Thread(target=end_with, args=[int(descriptor), program], daemon=True).start()
    status = wait_for(program)
    end_descendants()
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        end_by(-code)
    sys.exit(code)


def adopt_orphans() -> None:
    if sys.platform == "linux":
        import ctypes
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def run(descriptor: int, words: list[str]) -> None:
    """In the place of this process."""
    os.close(descriptor)
    for number in (*_FOR_PROGRAM, signal.SIGPIPE, signal.SIGXFSZ):  # and what Python ignores
        signal.signal(number, signal.SIG_DFL)  # whatever the process that asked for this ignores
    try:
        os.execvp(words[0], words)
    except OSError as exc:
        print(f"{words[0]}: {exc.strerror}", file=sys.stderr, flush=True)
    os._exit(127)


def end_by(number: int) -> None:
    """As the program did."""
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def end_with(descriptor: int, program: int) -> None:
    while os.read(descriptor, 1):  # nothing is ever written
        pass
    kill(program)


def wait_for(program: int) -> int:
    """How it has ended; orphans that end meanwhile have nobody else who asks."""
    while True:
        ended, status = os.wait()
        if ended == program:
            return status


def end_descendants() -> None:
    """All of them, those too that they have started meanwhile."""
    for _ in range(_MOST_PAUSES):
        found = descendants(os.getpid())
        if not found:
            return
        for pid in found:
            kill(pid)
        forget_ended()
        time.sleep(_PAUSE_SECONDS)


def forget_ended() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        pass


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
        import subprocess
        with subprocess.Popen(["ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True) as listing:
            listed = [(int(pid), int(parent)) for pid, parent in map(str.split, listing.communicate()[0].splitlines())]
        return [(pid, parent) for pid, parent in listed if pid != listing.pid]
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


if __name__ == "__main__":
    main()
