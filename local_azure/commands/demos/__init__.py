"""Demos of one part each: `python -m local_azure demo NAME`."""
