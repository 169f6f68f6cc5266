"""Notebooks of a repository, run for a build without an agent."""
