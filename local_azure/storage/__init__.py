"""Blob storage: what a workspace keeps of snapshots, logs and outputs."""
