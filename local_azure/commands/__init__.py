"""The commands of `python -m local_azure`, one module each."""
