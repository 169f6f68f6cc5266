"""Programs that do not outlive this process, however it ends, nor what they have started: their keeper sees to it."""
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from . import keeper


@dataclass(frozen=True, slots=True)
class Keeping:
    """`words` go before those of a program that is to be kept; `descriptor` is for its process to inherit."""

    words: tuple[str, ...]
    descriptor: int


@contextmanager
def keeping() -> Iterator[Keeping]:
    """For one program. What still runs at the end is killed."""
    read_end, write_end = os.pipe()
    try:
        yield Keeping((sys.executable, "-I", "-S", keeper.__file__, str(read_end)), read_end)
    finally:
        os.close(read_end)
        os.close(write_end)


def signal_group(leader: int, number: signal.Signals) -> None:
    """To a process that leads a session, and what is left of that."""
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        pass
