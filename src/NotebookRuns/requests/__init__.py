"""A message of the pipeline's task -> what it asks for."""
