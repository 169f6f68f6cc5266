"""Azure Machine Learning on this machine."""
