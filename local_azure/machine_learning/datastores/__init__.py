"""The datastores of a workspace."""
