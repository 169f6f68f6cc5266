"""The dataset services: saved datasets that runs read and wrote."""
