"""Azure Machine Learning: snapshots, runs, and the files that runs leave."""
