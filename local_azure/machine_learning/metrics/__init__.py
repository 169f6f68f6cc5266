"""The metrics of runs."""
