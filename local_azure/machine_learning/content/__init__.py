"""The content service: snapshots of the folders that runs were submitted with."""
