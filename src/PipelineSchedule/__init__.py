"""Starts runs of pipelines: asked by HTTP, by the clock, or by schedules of the workspace itself."""
