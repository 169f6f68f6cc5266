"""Whether processes have ended: a signal that ends one takes a moment."""
import time

import psutil


def said_pids(log):
    """Of a program that waits and of its child, once it has said them: a word and then numbers."""
    deadline = time.monotonic() + 30
    while not (log.is_file() and log.read_text().endswith("\n")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return [int(word) for word in log.read_text().split()[1:]]


def wait_until_ended(pids):
    pids = list(pids)
    deadline = time.monotonic() + 10
    while not all(map(_has_ended, pids)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _has_ended(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE  # its parent has not asked yet
    except psutil.NoSuchProcess:
        return True
