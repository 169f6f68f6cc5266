"""The compute targets of a workspace."""
