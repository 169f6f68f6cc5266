"""Notebooks of a repository, run for a build that waits for them without an agent."""
