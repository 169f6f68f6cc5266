"""Execution: what is submitted runs as a process on this machine."""
