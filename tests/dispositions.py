"""Starts a program with signals as a terminal gives them to it: python tests/dispositions.py IGNORED COMMAND…

Under nohup, and behind `&` in a script, SIGINT or SIGHUP is ignored, by the tests and by every process that they start.
A test that sends signals says what its program ignores, whoever started the tests. The program takes this one's place,
and so has its process id.
"""
import os
import signal
import sys
from collections.abc import Collection
from pathlib import Path

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def with_signals(*command: str | Path, ignored: Collection[signal.Signals] = ()) -> list[str]:
    """The command that starts this command; of the signals that stop a program it ignores these and no others."""
    return [sys.executable, __file__, ",".join(number.name for number in ignored), *map(str, command)]


def main() -> None:
    ignored = sys.argv[1].split(",")
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN if number.name in ignored else signal.SIG_DFL)
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
