"""The local Azure DevOps: what a function asks of it that works for a build without an agent."""
