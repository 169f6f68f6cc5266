"""The artifact service: files of runs."""
