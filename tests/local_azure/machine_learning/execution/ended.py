"""Whether processes have ended: a signal that ends one takes a moment."""
import time

import psutil


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
