"""Discovery: where each service is."""
