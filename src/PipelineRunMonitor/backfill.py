"""The command `python -m PipelineRunMonitor.backfill`; what it does is in `missing_runs`."""
import sys

from .missing_runs.backfill import main

if __name__ == "__main__":
    sys.exit(main())
