"""Kusto as people write it, made into the part of Kusto that duckdb-kql translates."""
