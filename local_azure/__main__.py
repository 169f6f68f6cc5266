"""`python -m local_azure`: run the demo, keep a local Azure running, play what happened elsewhere, send events, query.

Exit code 0 when all went well, 1 when an event was not recorded or nobody reads the output, 2 when the command
cannot do what was asked, 130 when it was interrupted.
"""
import os
import sys

from .ending import ended


def main() -> int:
    from .command_line import main as run  # for a second it imports, and may be interrupted
    return run()


if __name__ == "__main__":
    os.umask(0o077)  # telemetry, logs, dead letters: whichever program writes a file here, it is for its owner alone
    sys.exit(ended("python -m local_azure", main))
