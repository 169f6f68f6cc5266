"""Pipelines: what is published, submitted and scheduled, and the runs of their graphs."""
