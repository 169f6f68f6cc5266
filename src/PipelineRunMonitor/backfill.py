"""The command `python -m PipelineRunMonitor.backfill`; what it does is in `missing_runs`."""
import sys

from command_ending import ended


def main() -> int:
    from .missing_runs.backfill import main as run  # for a second it imports, and may be interrupted
    return run()


if __name__ == "__main__":
    sys.exit(ended("backfill", main))
