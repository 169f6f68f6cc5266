"""Control over the local Azure itself: what tests and benchmarks need and Azure does not have."""
