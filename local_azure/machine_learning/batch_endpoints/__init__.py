"""Batch endpoints: what published pipelines became in SDK v2. An invocation is a job, which runs as whoever invoked."""
