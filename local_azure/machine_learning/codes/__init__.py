"""Code that was uploaded for deployments and jobs of SDK v2."""
