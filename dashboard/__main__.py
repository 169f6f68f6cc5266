"""`python -m dashboard`: what it is for and how it is called, `--help` tells."""
import os
import sys

from local_azure.ending import ended


def main() -> int:
    from dashboard.command import main as run  # for a second it imports, and may be interrupted
    return run()


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(ended("python -m dashboard", main))
