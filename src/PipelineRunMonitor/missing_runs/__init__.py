"""Runs that no event told of: backfill by hand, reconcile by the hour."""
